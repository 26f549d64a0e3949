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
    private readonly FlightTable<TKey, TValue> _flights;
    private readonly int _hits = CallCounters.Allocate();
    private readonly int _misses = CallCounters.Allocate();
    private readonly EvictionCount _evictions = new();
    private readonly RetiredCounts? _retired;
    private readonly MemoOptions _declared;
    private MemoState<TKey, TValue> _state;
    private long _staleHits;

    // The LRU of the state again where its results have no terms: a hit without a call through an interface.
    private LruLevel1<TKey, TValue>? _plain;

    internal MemoCache(MemoOptions options, RetiredCounts? retired)
    {
        _declared = options;
        _retired = retired;

        // Of the caches of instances there may be very many.
        _flights = new(retired is null ? FlightTable<TKey, TValue>.ManyStripes : 1);
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
        var state = _state;
        var store = state.Tier?.Counters ?? default;
        return new CacheInfo(
            Hits, Misses, Volatile.Read(ref _staleHits), _evictions.Value, store.Rejected + store.NotStored,
            state.Level1.Count, state.Level1.Capacity);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryGetEntry(TKey key, [NotNullWhen(true)] out Entry<TValue>? entry)
    {
        var plain = _plain;
        if (plain is null)
        {
            return TryGetEntry(_state, key, key.GetHashCode(), out entry);
        }

        if (!plain.TryGet(key, key.GetHashCode(), out entry))
        {
            return false;
        }

        CountHit();
        return true;
    }

    private bool TryGetEntry(MemoState<TKey, TValue> state, TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry)
    {
        if (!state.Level1.TryGet(key, hash, out entry) || (entry.Terms is { } terms && !IsHit(state, terms)))
        {
            return false;
        }

        CountHit();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountHit()
    {
        CallCounters.Increment(_hits);

        // Or its cell could go to another cache, once the last use of this one is behind us.
        GC.KeepAlive(this);
    }
}
