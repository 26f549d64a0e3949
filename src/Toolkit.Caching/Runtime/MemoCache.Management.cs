using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Hosting;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

// Removal and settings.
public sealed partial class MemoCache<TKey, TValue>
{
    /// <summary>
    /// Removes the result for <paramref name="key"/>, from memory at once and from the store soon; that of a computation under
    /// way is not kept.
    /// </summary>
    /// <returns>Whether there was a result in memory.</returns>
    public bool Remove(TKey key)
    {
        var removed = RemoveFromMemory(key);
        if (_store is { } store)
        {
            Background.Run(RemoveFromStoreAsync(store, key, CancellationToken.None), CachingRuntime.Current.Logger);
        }

        return removed;
    }

    /// <summary>The same, and waits until the result is out of the store and the other processes have been told.</summary>
    /// <returns>Whether there was a result in memory.</returns>
    public async ValueTask<bool> RemoveAsync(TKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = RemoveFromMemory(key);
        if (_store is { } store)
        {
            await RemoveFromStoreAsync(store, key, cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        ClearMemory();
        if (_store is { } store)
        {
            Background.Run(ClearStoreAsync(store, CancellationToken.None), CachingRuntime.Current.Logger);
        }
    }

    /// <inheritdoc/>
    public override ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ClearMemory();
        return _store is { } store ? ClearStoreAsync(store, cancellationToken) : ValueTask.CompletedTask;
    }

    internal override void Reconfigure() => ClearMemory();

    internal override void Receive(CacheInvalidation invalidation)
    {
        if (_store is null || (invalidation.Kind != CacheInvalidationKind.Everything && invalidation.CacheId != _cacheId))
        {
            return;
        }

        if (invalidation.Kind != CacheInvalidationKind.Key)
        {
            ClearMemory();
            return;
        }

        // Another process knows the key by its bytes alone. Searching memory for it keeps hits free of any bookkeeping.
        _flights.InvalidateWhere((Cache: this, invalidation.Key), static (state, key) => state.Cache.StoreKeyOf(key) == state.Key);
        foreach (var key in _level1.EnumerateKeys())
        {
            if (StoreKeyOf(key) == invalidation.Key)
            {
                _level1.TryRemove(key);
                return;
            }
        }
    }

    private bool RemoveFromMemory(TKey key)
    {
        // The flight first: a result that lands between the two is removed by the second.
        _flights.Invalidate(key);
        return _level1.TryRemove(key);
    }

    private void ClearMemory()
    {
        _flights.InvalidateAll();
        Configure();
    }

    private async ValueTask RemoveFromStoreAsync(ICacheStore store, TKey key, CancellationToken cancellationToken)
    {
        var storeKey = StoreKeyOf(key);
        await store.RemoveAsync(storeKey, cancellationToken).ConfigureAwait(false);

        // Another caller may have taken the result from the store once more.
        RemoveFromMemory(key);
        await Backplanes.PublishAsync(CachingRuntime.Current, CacheInvalidation.ForKey(storeKey), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ClearStoreAsync(ICacheStore store, CancellationToken cancellationToken)
    {
        await store.ClearAsync(_cacheId, cancellationToken).ConfigureAwait(false);
        ClearMemory();
        await Backplanes.PublishAsync(CachingRuntime.Current, CacheInvalidation.ForCache(_cacheId), cancellationToken).ConfigureAwait(false);
    }

    [MemberNotNull(nameof(_level1), nameof(_options))]
    private void Configure()
    {
        var settings = CachingRuntime.Current;
        var options = settings.Apply(_declared);
        var before = _level1;
        _options = options;
        _clock = new Clock(settings.Time, options);
        _checked = options.NeedsChecks;
        _level1 = CreateLevel1(options, settings);
        _lru = _level1 as LruLevel1<TKey, Entry<TValue>>;
        ConfigureStore(options, settings);
        before?.Drop();
    }

    private ILevel1<TKey, Entry<TValue>> CreateLevel1(MemoOptions options, CachingSettings settings)
    {
        if (!options.Enabled)
        {
            return NullLevel1<TKey, Entry<TValue>>.Instance;
        }

        if (settings.Memory is { } memory)
        {
            return new MemoryCacheLevel1<TKey, Entry<TValue>>(memory, options.TimeToLive + (options.StaleIfError ?? TimeSpan.Zero), _evictions);
        }

        return options.Policy == EvictionPolicy.Lru
            ? new LruLevel1<TKey, Entry<TValue>>(options.Capacity, _evictions)
            : new LfuLevel1<TKey, Entry<TValue>>(options.Capacity, _evictions);
    }
}
