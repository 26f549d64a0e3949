using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Registry;

namespace Toolkit.Caching.Runtime;

/// <summary>
/// The cache of one memoized method, for generated code: a look-up in typed memory, and behind it one computation a key at a
/// time. Safe for use by several threads.
/// </summary>
/// <typeparam name="TKey">The generated key.</typeparam>
/// <typeparam name="TValue">What the method returns, without its task.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class MemoCache<TKey, TValue> : MemoizedMethod
    where TKey : struct, IMemoKey<TKey>
{
    private readonly FlightTable<TKey, TValue> _flights = new();
    private readonly int _hits = CallCounters.Allocate();
    private readonly int _misses = CallCounters.Allocate();
    private readonly EvictionCount _evictions = new();
    private readonly RetiredCounts? _retired;
    private readonly MemoOptions _declared;
    private MemoOptions _options;
    private long _staleHits;

    // The LRU again with its own type, for a hit without a call through an interface; null with other policies.
    private LruLevel1<TKey, Entry<TValue>>? _lru;
    private ILevel1<TKey, Entry<TValue>> _level1;
    private bool _checked;
    private Clock _clock;

    internal MemoCache(MemoOptions options, RetiredCounts? retired)
    {
        _declared = options;
        _retired = retired;
        Configure();
    }

    /// <summary>Frees the cells of the counters.</summary>
    ~MemoCache()
    {
        _retired?.Add(Hits, Misses, Volatile.Read(ref _staleHits), _evictions.Value, 0);
        CallCounters.Release(_hits);
        CallCounters.Release(_misses);
    }

    /// <inheritdoc/>
    public override string Name => _declared.Name;

    private long Hits => CallCounters.Sum(_hits);

    private long Misses => CallCounters.Sum(_misses);

    /// <summary>Creates the one cache of a method and adds it to <see cref="Memoized.All"/>.</summary>
    public static MemoCache<TKey, TValue> Create(MemoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var cache = new MemoCache<TKey, TValue>(options, null);
        MemoRegistry.Add(cache);
        return cache;
    }

    /// <summary>The result for <paramref name="key"/>, when memory has it. Counts a hit, but no miss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (TryGetEntry(key, out var entry))
        {
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The result for <paramref name="key"/> as a completed task, the same one for every caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetTask(TKey key, [NotNullWhen(true)] out Task<TValue>? task)
    {
        if (TryGetEntry(key, out var entry))
        {
            task = entry.Task;
            return true;
        }

        task = null;
        return false;
    }

    /// <inheritdoc/>
    public override CacheInfo Info()
    {
        var level1 = _level1;
        var store = _tier?.Counters ?? default;
        return new CacheInfo(
            Hits, Misses, Volatile.Read(ref _staleHits), _evictions.Value, store.Rejected + store.NotStored,
            level1.Count, level1.Capacity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryGetEntry(TKey key, [NotNullWhen(true)] out Entry<TValue>? entry)
    {
        var lru = _lru;
        if (lru is null ? _level1.TryGet(key, out entry) : lru.TryGet(key, out entry))
        {
            if (!_checked || IsHit(entry))
            {
                CallCounters.Increment(_hits);
                return true;
            }
        }

        return false;
    }
}
