using System.Buffers;

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

    internal sealed class Codec(int most, IStateCodec<TValue> values) : IStateCodec<TopValues<TValue>>
    {
        public void Write(TopValues<TValue> value, IBufferWriter<byte> output)
        {
            output.WriteInt64(value._added);
            output.WriteInt32(value._heap.Count);
            foreach (var (_, (kept, order)) in value._heap.UnorderedItems)
            {
                output.WriteInt64(order);
                output.WriteBlock(values, kept);
            }
        }

        public TopValues<TValue> Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new StateReader(bytes);
            var top = new TopValues<TValue>(most) { _added = reader.ReadInt64() };
            for (var rest = reader.ReadInt32(); rest > 0; rest--)
            {
                var order = reader.ReadInt64();
                var kept = values.Read(reader.ReadBlock());
                top._heap.Enqueue(kept, (kept, order));
            }

            return top;
        }
    }

    private sealed class LeastFirst : IComparer<(TValue Value, long Order)>
    {
        public int Compare((TValue Value, long Order) x, (TValue Value, long Order) y)
        {
            var byValue = Comparer<TValue>.Default.Compare(x.Value, y.Value);
            return byValue != 0 ? byValue : y.Order.CompareTo(x.Order);
        }
    }
}
