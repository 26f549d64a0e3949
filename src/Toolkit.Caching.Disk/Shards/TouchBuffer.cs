namespace Toolkit.Caching.Disk;

/// <summary>
/// Reads that are still to be written down: the row, when it was read, and when it expires now. Flushed in one transaction in the
/// background. Full, it forgets: a touch is a hint for eviction, except for sliding expirations, which are kept in any case.
/// </summary>
internal sealed class TouchBuffer
{
    private const int Capacity = 8192;

    private readonly Lock _lock = new();
    private Dictionary<long, (long Used, long Expires)> _touches = [];
    private Dictionary<long, (long Used, long Expires)> _spare = [];

    public void Add(long row, long used, long expires)
    {
        lock (_lock)
        {
            if (_touches.Count < Capacity || expires != 0)
            {
                _touches[row] = (used, expires);
            }
        }
    }

    /// <summary>The expiry that a read has given a row and that is not written yet, or 0. Reads of what the row was before <paramref name="since"/> do not count.</summary>
    public long ExpiryOf(long row, long since)
    {
        lock (_lock)
        {
            return _touches.TryGetValue(row, out var touch) && touch.Used >= since ? touch.Expires : 0;
        }
    }

    public void Forget(long row)
    {
        lock (_lock)
        {
            _touches.Remove(row);
        }
    }

    /// <summary>Takes all touches; give the dictionary back with <see cref="Recycle"/>.</summary>
    public Dictionary<long, (long Used, long Expires)>? Take()
    {
        lock (_lock)
        {
            if (_touches.Count == 0)
            {
                return null;
            }

            var taken = _touches;
            _touches = _spare;
            _spare = [];
            return taken;
        }
    }

    public void Recycle(Dictionary<long, (long Used, long Expires)> taken)
    {
        taken.Clear();
        lock (_lock)
        {
            _spare = taken;
        }
    }
}
