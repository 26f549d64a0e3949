namespace Toolkit.DataProcessing;

/// <summary>The greatest values, at most so many: a heap whose least value leaves first. Of equal ones the first stay.</summary>
internal sealed class TopValues<TValue>(int most)
{
    private readonly PriorityQueue<TValue, (TValue Value, long Order)> _heap = new(new LeastFirst());
    private long _added;

    public void Add(TValue value)
    {
        var order = _added++;
        if (_heap.Count < most)
        {
            _heap.Enqueue(value, (value, order));
        }
        else
        {
            _heap.EnqueueDequeue(value, (value, order));
        }
    }

    public void Merge(TopValues<TValue> later)
    {
        foreach (var value in later.InOrder())
        {
            Add(value);
        }

        _added += later._added;
    }

    /// <summary>The values, greatest first.</summary>
    public IReadOnlyList<TValue> ToList() =>
        [.. _heap.UnorderedItems.Select(item => item.Priority).OrderByDescending(p => p, new LeastFirst()).Select(p => p.Value)];

    private IEnumerable<TValue> InOrder() => _heap.UnorderedItems.Select(item => item.Priority).OrderBy(p => p.Order).Select(p => p.Value);

    private sealed class LeastFirst : IComparer<(TValue Value, long Order)>
    {
        public int Compare((TValue Value, long Order) x, (TValue Value, long Order) y)
        {
            var byValue = Comparer<TValue>.Default.Compare(x.Value, y.Value);
            return byValue != 0 ? byValue : y.Order.CompareTo(x.Order);
        }
    }
}
