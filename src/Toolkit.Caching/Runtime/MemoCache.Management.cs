using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Level1;

namespace Toolkit.Caching.Runtime;

// Removal and settings.
public sealed partial class MemoCache<TKey, TValue>
{
    /// <summary>Removes the result for <paramref name="key"/> from memory; that of a computation under way is not kept.</summary>
    /// <returns>Whether there was a result in memory.</returns>
    public bool Remove(TKey key)
    {
        // The flight first: a result that lands between the two is removed by the second.
        _flights.Invalidate(key);
        return _level1.TryRemove(key);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _flights.InvalidateAll();
        Configure();
    }

    internal override void Reconfigure() => Clear();

    [MemberNotNull(nameof(_level1))]
    private void Configure()
    {
        var options = _declared;
        _clock = new Clock(TimeProvider.System, options);
        _checked = options.NeedsChecks;
        if (options.Policy == EvictionPolicy.Lru)
        {
            var lru = new LruLevel1<TKey, Entry<TValue>>(options.Capacity, _evictions);
            _level1 = lru;
            _lru = lru;
        }
        else
        {
            _lru = null;
            _level1 = new LfuLevel1<TKey, Entry<TValue>>(options.Capacity, _evictions);
        }
    }
}
