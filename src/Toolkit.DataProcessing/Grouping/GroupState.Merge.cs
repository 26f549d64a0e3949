namespace Toolkit.DataProcessing;

/// <content>The groups of all partitions: in one table, in parts that workers share, or on disk.</content>
internal sealed partial class GroupState<TRow, TKey> : ISharesWork, IDisposable
{
    private int[] _map = [];
    private int[] _all = [];
    private SharedWork? _work;
    private GroupParts<TRow, TKey>? _parts;

    /// <summary>The number of groups in memory.</summary>
    public int Count => _parts?.Count ?? _keys.Count;

    /// <summary>All groups in memory in the order of their first appearance, each as a table and its number there.</summary>
    public IEnumerable<(GroupState<TRow, TKey> State, int Group)> All() =>
        _parts?.All() ?? Enumerable.Range(0, _keys.Count).Select(group => (this, group));

    /// <summary>Where the groups are once they were too many.</summary>
    public GroupSpill<TRow, TKey>? Spill { get; private set; }

    /// <inheritdoc/>
    public void Share(SharedWork work) => _work = work;

    /// <summary>Takes in the groups of a later partition; before they take more than <paramref name="budget"/> bytes, groups go to disk.</summary>
    public void Merge(GroupState<TRow, TKey> later, long budget, RunOptions options)
    {
        if (Spill is null && MayGrowBeyond(later, budget))
        {
            Spill = GroupSpill<TRow, TKey>.Create(options, budget, this);
            Spill.Append(this);
            _parts = null;
            Release();
        }

        if (Spill is not null)
        {
            Spill.Append(later);
        }
        else if (_parts is null && (_work is null || _keys.Count < options.MostGroupsInOneTable))
        {
            Take(later, Numbers(later.Keys.Count));
        }
        else
        {
            MergeInParts(later);
        }
    }

    /// <summary>Takes in groups of a later partition, in one table.</summary>
    /// <param name="later">What holds them.</param>
    /// <param name="groups">Their numbers there.</param>
    /// <returns>Their numbers here.</returns>
    public ReadOnlySpan<int> Take(GroupState<TRow, TKey> later, ReadOnlySpan<int> groups)
    {
        if (_map.Length < groups.Length)
        {
            _map = new int[Math.Max(groups.Length, _map.Length * 2)];
        }

        var map = _map.AsSpan(0, groups.Length);
        _keys.Take(later.Keys, groups, map);
        if (_keys.Count > _room)
        {
            Grow();
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Merge(later.Columns[i], groups, map);
        }

        return map;
    }

    /// <summary>Removes what is on disk.</summary>
    public void Dispose() => Spill?.Dispose();

    // While a table doubles, the old one is there as well.
    private bool MayGrowBeyond(GroupState<TRow, TKey> later, long budget) =>
        Count > 0 && (3 * Bytes) + (2 * later.Bytes) > budget;

    private void MergeInParts(GroupState<TRow, TKey> later)
    {
        if (_parts is null)
        {
            // What is here so far comes first.
            _parts = new GroupParts<TRow, TKey>(() => new GroupState<TRow, TKey>(createKeys, createColumns), _work!);
            _parts.Merge(this);
            Release();
        }

        _parts.Merge(later);
    }

    // The numbers of all groups of a table.
    private ReadOnlySpan<int> Numbers(int count)
    {
        var known = _all.Length;
        if (known < count)
        {
            Array.Resize(ref _all, Math.Max(count, 2 * known));
            for (var i = known; i < _all.Length; i++)
            {
                _all[i] = i;
            }
        }

        return _all.AsSpan(0, count);
    }

    // The memory of a table whose groups are elsewhere is free again.
    private void Release()
    {
        _keys = createKeys();
        _columns = createColumns();
        _room = 1;
        (_map, _all) = ([], []);
    }
}
