using Toolkit.Caching.Flights;
using Toolkit.Caching.Hosting;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

// The store behind the memory.
public sealed partial class MemoCache<TKey, TValue>
{
    // A mistake in the program, not a failure of the store: caching nothing in silence would hide it.
    private static void ThrowStoreProblem(MemoState<TKey, TValue> state)
    {
        if (state.StoreProblem is { } problem)
        {
            throw new InvalidOperationException(problem.Message, problem);
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeThroughStoreAsync(
        MemoState<TKey, TValue> state, TKey key, Flight flight, Func<CancellationToken, ValueTask<TValue>> compute, bool isRefresh, CancellationToken cancellationToken)
    {
        var storeKey = StoreKeyOf(state.CacheId, key);
        var tags = TagsOf(state, key);
        if (isRefresh)
        {
            return await RefreshStoreAsync(state, storeKey, tags, flight, compute, cancellationToken).ConfigureAwait(false);
        }

        var lookup = await state.Tier!.GetOrComputeEntryAsync(storeKey, tags, compute, value => IsStored(state, flight, value), cancellationToken).ConfigureAwait(false);
        switch (lookup.State)
        {
            case StoreTierState.Fresh:
                CallCounters.Increment(_hits);
                var remaining = lookup.ExpiresAt == DateTimeOffset.MaxValue ? (TimeSpan?)null : lookup.ExpiresAt - CachingRuntime.Current.Time.GetUtcNow();
                return new Outcome<TValue>(lookup.Value!, StoreTierState.Fresh, remaining);
            case StoreTierState.Stale:
                Interlocked.Increment(ref _staleHits);
                break;
            default:
                CallCounters.Increment(_misses);
                await TakeBackAsync(state, storeKey, flight).ConfigureAwait(false);
                break;
        }

        return new Outcome<TValue>(lookup.Value!, lookup.State);
    }

    // The store still has the result that is to be replaced; what matters of it is the time up to which it was not invalidated.
    private async ValueTask<Outcome<TValue>> RefreshStoreAsync(
        MemoState<TKey, TValue> state, CacheStoreKey storeKey, string[] tags, Flight flight, Func<CancellationToken, ValueTask<TValue>> compute, CancellationToken cancellationToken)
    {
        CallCounters.Increment(_misses);
        var present = await state.Store!.GetAsync(storeKey, cancellationToken).ConfigureAwait(false);
        var fresh = await compute(cancellationToken).ConfigureAwait(false);
        if (IsStored(state, flight, fresh))
        {
            await state.Tier!.SetAsync(storeKey, fresh, tags, present.Stamp, null, cancellationToken).ConfigureAwait(false);
            await TakeBackAsync(state, storeKey, flight).ConfigureAwait(false);
        }

        return new Outcome<TValue>(fresh);
    }

    private static bool IsStored(MemoState<TKey, TValue> state, Flight flight, TValue value) => !flight.IsInvalidated && IsKept(state, value);

    // Whoever removed the result while it was on its way into a store without leases may have been there before it.
    private static async ValueTask TakeBackAsync(MemoState<TKey, TValue> state, CacheStoreKey storeKey, Flight flight)
    {
        if (flight.IsInvalidated)
        {
            await state.Store!.RemoveAsync(storeKey, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Disk and memory stores answer at once. A synchronous method with a store on the network waits for it here: it has no other way.
    private Outcome<TValue> ComputeThroughStore(MemoState<TKey, TValue> state, TKey key, Flight flight, Func<TValue> compute, bool isRefresh)
    {
        var task = ComputeThroughStoreAsync(state, key, flight, _ => ValueTask.FromResult(ComputeAsPartOf(flight, compute)), isRefresh, CancellationToken.None);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
    }

    // A store that answers later goes on on another thread: what is called there is part of the computation all the same.
    private static TValue ComputeAsPartOf(Flight flight, Func<TValue> compute)
    {
        var before = Flight.Enter(flight);
        try
        {
            return compute();
        }
        finally
        {
            Flight.Exit(before);
        }
    }

    private static CacheStoreKey StoreKeyOf(string cacheId, TKey key)
    {
        var writer = default(CacheKeyWriter);
        try
        {
            key.WriteKey(ref writer);
            return writer.ToKey(cacheId);
        }
        finally
        {
            writer.Dispose();
        }
    }
}
