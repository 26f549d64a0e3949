namespace Toolkit.Caching.Stores;

/// <summary>
/// The stamps below which entries under a name, a tag or a cache, do not count any more. Of very many names the older half
/// becomes one stamp that holds for every name; not thread-safe.
/// </summary>
internal sealed class MemoryBarriers
{
    /// <summary>The names that are told apart.</summary>
    public const int MostNames = 32_768;

    private readonly Dictionary<string, long> _barriers = new(StringComparer.Ordinal);
    private long _floor;

    public int Count => _barriers.Count;

    public bool IsFull => _barriers.Count > MostNames;

    public void Set(string name, long stamp) => _barriers[name] = stamp;

    public bool Bars(string name, long stamp) =>
        stamp < _floor || (_barriers.TryGetValue(name, out var barrier) && stamp < barrier);

    /// <summary>Forgets the older half. Entries of before that have to have been checked, and stamped anew.</summary>
    public void ForgetTheOlderHalf()
    {
        var barriers = _barriers.ToArray();
        Array.Sort(barriers, static (a, b) => a.Value.CompareTo(b.Value));
        var half = barriers.AsSpan(0, barriers.Length / 2);
        _floor = half[^1].Value;
        foreach (var (name, _) in half)
        {
            _barriers.Remove(name);
        }
    }
}
