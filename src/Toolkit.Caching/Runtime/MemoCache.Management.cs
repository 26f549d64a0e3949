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
        if (_state is { Store: not null } state)
        {
            Background.Run(RemoveFromStoreAsync(state, key, CancellationToken.None), CachingRuntime.Current.Logger);
        }

        return removed;
    }

    /// <summary>The same, and waits until the result is out of the store and the other processes have been told.</summary>
    /// <returns>Whether there was a result in memory.</returns>
    public async ValueTask<bool> RemoveAsync(TKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = RemoveFromMemory(key);
        if (_state is { Store: not null } state)
        {
            await RemoveFromStoreAsync(state, key, cancellationToken).ConfigureAwait(false);
        }

        return removed;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        ClearMemory();
        if (_state is { Store: not null } state)
        {
            Background.Run(ClearStoreAsync(state, CancellationToken.None), CachingRuntime.Current.Logger);
        }
    }

    /// <inheritdoc/>
    public override ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ClearMemory();
        return _state is { Store: not null } state ? ClearStoreAsync(state, cancellationToken) : ValueTask.CompletedTask;
    }

    internal override void Reconfigure() => ClearMemory();

    internal override void Receive(CacheInvalidation invalidation)
    {
        var state = _state;
        if (state.Store is null || (invalidation.Kind != CacheInvalidationKind.Everything && invalidation.CacheId != state.CacheId))
        {
            return;
        }

        if (invalidation.Kind == CacheInvalidationKind.Everything)
        {
            // Messages may have been missed. What was removed in the store, the store knows.
            _flights.DetachAll();
            Configure();
            return;
        }

        if (invalidation.Kind != CacheInvalidationKind.Key)
        {
            ClearMemory();
            return;
        }

        // Another process knows the key by its bytes alone. Searching memory for it keeps hits free of any bookkeeping.
        _flights.InvalidateWhere((state.CacheId, invalidation.Key), static (meant, key) => StoreKeyOf(meant.CacheId, key) == meant.Key);
        foreach (var key in state.Level1.EnumerateKeys())
        {
            if (StoreKeyOf(state.CacheId, key) == invalidation.Key)
            {
                state.Level1.TryRemove(key);
                return;
            }
        }
    }

    private bool RemoveFromMemory(TKey key)
    {
        // The flight first: a result that lands between the two is removed by the second.
        _flights.Invalidate(key, key.GetHashCode());
        return _state.Level1.TryRemove(key);
    }

    private void ClearMemory()
    {
        _flights.InvalidateAll();
        Configure();
    }

    private async ValueTask RemoveFromStoreAsync(MemoState<TKey, TValue> state, TKey key, CancellationToken cancellationToken)
    {
        var storeKey = StoreKeyOf(state.CacheId, key);
        await state.Store!.RemoveAsync(storeKey, cancellationToken).ConfigureAwait(false);

        // Another caller may have taken the result from the store once more.
        RemoveFromMemory(key);
        await Backplanes.PublishAsync(CachingRuntime.Current, CacheInvalidation.ForKey(storeKey), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ClearStoreAsync(MemoState<TKey, TValue> state, CancellationToken cancellationToken)
    {
        await state.Store!.ClearAsync(state.CacheId, cancellationToken).ConfigureAwait(false);
        ClearMemory();
        await Backplanes.PublishAsync(CachingRuntime.Current, CacheInvalidation.ForCache(state.CacheId), cancellationToken).ConfigureAwait(false);
    }

    [MemberNotNull(nameof(_state))]
    private void Configure()
    {
        var settings = CachingRuntime.Current;
        var state = new MemoState<TKey, TValue>(settings.Apply(_declared), settings, _evictions);
        var before = Interlocked.Exchange(ref _state!, state);
        Volatile.Write(ref _plain, state.IsChecked ? null : state.Level1 as LruLevel1<TKey, TValue>);
        before?.Level1.Drop();
    }
}
