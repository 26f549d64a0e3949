namespace Toolkit.Caching.Disk;

internal sealed partial class ShardWriter
{
    private const int SampleSize = 24;

    // Of each sample the oldest sixth leaves: about what Redis reaches with samples of six.
    private const int EvictedOfSample = 4;

    private readonly List<(long Row, long Used, long Size, long File)> _candidates = new(SampleSize);

    /// <summary>Evicts until the total is within the limit: in the transaction that exceeded it, so that no other process ever sees more.</summary>
    /// <param name="added">The bytes of the row that was just written.</param>
    private void EvictBeyondLimit(long added)
    {
        if (_options.Eviction == DiskEvictionPolicy.None)
        {
            return;
        }

        var bytes = Bytes();
        if (bytes < added || bytes - added > _sizeLimit)
        {
            // No writer leaves a total like that, unless its limit was higher: a flipped bit would empty the shard, or let it grow for ever.
            CorrectTotals();
            bytes = Bytes();
        }

        while (bytes > _sizeLimit)
        {
            Sample();
            if (_candidates.Count == 0)
            {
                return;
            }

            foreach (var (row, _, size, file) in _candidates.Take(EvictedOfSample))
            {
                _delete.Bind(1, row).Run();
                HasTrash |= file != 0;
                Evictions++;
                bytes -= size;
                if (bytes <= _sizeLimit)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Counts anew what the triggers add up; within a transaction.</summary>
    public void CorrectTotals()
    {
        // A size that no row can have would make every total wrong again.
        _connection.Execute(FormattableString.Invariant($"DELETE FROM entries WHERE size NOT BETWEEN 1 AND {_sizeLimit}"));
        HasTrash = true;
        _connection.Execute("INSERT OR REPLACE INTO totals SELECT 1, count(*), coalesce(sum(size), 0) FROM entries");
    }

    private void Sample()
    {
        _candidates.Clear();
        Read(Random.Shared.NextInt64(long.MinValue, long.MaxValue), SampleSize);
        if (_candidates.Count < SampleSize)
        {
            // Past the end of the table the sample goes on at its beginning.
            Read(long.MinValue, SampleSize - _candidates.Count);
        }

        _candidates.Sort(static (a, b) => a.Used.CompareTo(b.Used));
    }

    private void Read(long from, int count)
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        _sample.Bind(1, from).Bind(2, count);
        while (_sample.Step())
        {
            // What has expired is older than anything.
            var used = _sample.Number(2) <= now ? long.MinValue : _sample.Number(1);
            var candidate = (_sample.Number(0), used, _sample.Number(3), _sample.Number(4));
            if (!_candidates.Contains(candidate))
            {
                _candidates.Add(candidate);
            }
        }
    }
}
