namespace Toolkit.DataProcessing;

/// <summary>
/// Merges a file of groups, in which a key may come many times, into one where each comes once, in the order of first
/// appearance. Where the groups do not fit in memory, the file is split: the first ones that fit are merged with all that the
/// file has of them, the records of all others are put aside, and so again with those. What was merged first came first, so
/// that nothing has to be sorted; and it works whatever the hashes are. Only what a single key takes has to fit in memory.
/// </summary>
internal sealed class GroupSort<TRow, TKey>(Func<GroupState<TRow, TKey>> create, Func<SpillFile> newFile, long budget, CancellationToken cancellationToken)
    where TRow : allows ref struct
{
    /// <summary>The least memory that makes sense for one, in bytes.</summary>
    public const long LeastBytes = 1024 * 1024;

    // Those of the file that is read, of the result, and of what is put aside.
    private const long BufferBytes = 4 * 16 * 1024;

    private const int SmallGroups = 32;
    private const int LargeGroup = 1024;

    private readonly SpillRecord<TRow, TKey> _record = new();
    private readonly List<long> _orders = [];
    private GroupState<TRow, TKey> _state = create();

    /// <summary>The number of groups in all files.</summary>
    public int Count { get; private set; }

    /// <summary>The most memory that it took, in bytes.</summary>
    public long MostBytes { get; private set; }

    // While a table doubles, the old one is there as well.
    private bool IsFull => BufferBytes + (3 * TableBytes) > budget;

    private long TableBytes => _state.Bytes + ((long)_orders.Capacity * sizeof(long));

    /// <summary>Merges a complete file.</summary>
    /// <returns>The result; complete.</returns>
    public SpillFile Sort(SpillFile file)
    {
        var sorted = newFile();
        SpillFile? rest = null;
        try
        {
            for (var aside = Merge(file, sorted); aside is not null; aside = Merge(rest, sorted))
            {
                rest?.Dispose();
                rest = aside;
            }

            sorted.Complete();
            return sorted;
        }
        catch
        {
            sorted.Dispose();
            throw;
        }
        finally
        {
            rest?.Dispose();
        }
    }

    // The groups that fit; returns the records of those that do not.
    private SpillFile? Merge(SpillFile file, SpillFile sorted)
    {
        SpillFile? aside = null;
        try
        {
            var reader = new SpillReader(file);
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (aside is not null && _state.Keys.FindWritten(reader.Key) < 0)
                {
                    aside.Append(reader.Record);
                }
                else if (_state.MergeWritten(reader) == _orders.Count)
                {
                    // Records come in order: a new group's first one has its smallest number.
                    _orders.Add(reader.Order);
                    aside ??= IsDue(reader) && IsFull ? newFile() : null;
                }
            }

            aside?.Complete();
            Write(sorted);
            return aside;
        }
        catch
        {
            aside?.Dispose();
            throw;
        }
    }

    // Whether it is time for a look at the memory: at large groups, and now and then at small ones.
    private bool IsDue(SpillReader reader) => _orders.Count % SmallGroups == 0 || reader.Record.Length >= LargeGroup;

    private void Write(SpillFile sorted)
    {
        for (var i = 0; i < _orders.Count; i++)
        {
            sorted.Append(_record.Encode(_orders[i], _state, i));
        }

        Count = checked(Count + _orders.Count);
        MostBytes = Math.Max(MostBytes, BufferBytes + (TableBytes / 2 * 3));
        _orders.Clear();
        if (IsFull)
        {
            // An empty one keeps its memory.
            _orders.Capacity = 0;
            _state = create();
        }
        else
        {
            _state.Clear();
        }
    }
}
