using Toolkit.Caching.Hosting;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

// The store behind the memory.
public sealed partial class MemoCache<TKey, TValue>
{
    private StoreTier<TValue>? _tier;
    private ICacheStore? _store;
    private Exception? _storeProblem;
    private string _cacheId = "";

    private void ConfigureStore(MemoOptions options, CachingSettings settings)
    {
        (_tier, _store, _storeProblem) = (null, null, null);
        if (options.Store is null || ReferenceEquals(settings, CachingSettings.Default))
        {
            // Nothing has been configured in this process, as in a unit test: memory alone.
            return;
        }

        if (!settings.Stores.TryGetValue(options.Store, out var store))
        {
            _storeProblem = new InvalidOperationException(
                $"{Name} is to be kept in the store '{options.Store}', which is not configured. Configured are: "
                + $"{(settings.Stores.Count == 0 ? "none" : string.Join(", ", settings.Stores.Keys))}. Add it with AddToolkitCaching.");
            return;
        }

        try
        {
            var tierOptions = settings.Tier with
            {
                TimeToLive = options.TimeToLive,
                SlidingExpiration = options.Sliding,
                StaleGrace = options.StaleIfError ?? TimeSpan.Zero,
            };
            _tier = new StoreTier<TValue>(store, settings.Serializers.Get<TValue>(), tierOptions, settings.Time);
            _store = store;
            _cacheId = options.Version.Length == 0 ? options.Id : options.Id + "|" + options.Version;
        }
        catch (NotSupportedException exception)
        {
            _storeProblem = exception;
        }
    }

    // A mistake in the program, not a failure of the store: caching nothing in silence would hide it.
    private void ThrowStoreProblem()
    {
        if (_storeProblem is not null)
        {
            throw new InvalidOperationException(_storeProblem.Message, _storeProblem);
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeThroughStoreAsync(
        StoreTier<TValue> tier, TKey key, Func<CancellationToken, ValueTask<TValue>> compute, bool isRefresh, CancellationToken cancellationToken)
    {
        var storeKey = StoreKeyOf(key);
        var tags = TagsOf(key);
        if (isRefresh)
        {
            // The store still has the result that is to be replaced.
            CallCounters.Increment(_misses);
            var fresh = await compute(cancellationToken).ConfigureAwait(false);
            if (IsKept(fresh))
            {
                await tier.SetAsync(storeKey, fresh, tags, 0, null, cancellationToken).ConfigureAwait(false);
            }

            return new Outcome<TValue>(fresh);
        }

        var lookup = await tier.GetOrComputeEntryAsync(storeKey, tags, compute, IsKept, cancellationToken).ConfigureAwait(false);
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
                break;
        }

        return new Outcome<TValue>(lookup.Value!, lookup.State);
    }

    // Disk and memory stores answer at once. A synchronous method with a store on the network waits for it here: it has no other way.
    private Outcome<TValue> ComputeThroughStore(StoreTier<TValue> tier, TKey key, Func<TValue> compute, bool isRefresh)
    {
        var task = ComputeThroughStoreAsync(tier, key, _ => ValueTask.FromResult(compute()), isRefresh, CancellationToken.None);
        return task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
    }

    private CacheStoreKey StoreKeyOf(TKey key)
    {
        var writer = default(CacheKeyWriter);
        try
        {
            key.WriteKey(ref writer);
            return writer.ToKey(_cacheId);
        }
        finally
        {
            writer.Dispose();
        }
    }
}
