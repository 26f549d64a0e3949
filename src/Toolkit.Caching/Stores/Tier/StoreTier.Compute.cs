namespace Toolkit.Caching.Stores;

public sealed partial class StoreTier<TValue>
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The fresh value of the store, or else the result of <paramref name="compute"/>, which is stored. Among the processes that
    /// share the store one computes at a time; the others take its result, and compute themselves when it does not come within
    /// <see cref="StoreTierOptions.LeaseWait"/> or the holder dies. When the computation fails and a stale value is at hand, that
    /// value is returned; otherwise the exception is thrown and nothing is stored.
    /// </summary>
    /// <remarks>Callers of one process are not joined here: that is the first level's single flight.</remarks>
    public async ValueTask<TValue> GetOrComputeAsync(
        CacheStoreKey key, IReadOnlyList<string> tags, Func<CancellationToken, ValueTask<TValue>> compute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentNullException.ThrowIfNull(compute);
        return (await GetOrComputeEntryAsync(key, tags, compute, static _ => true, cancellationToken).ConfigureAwait(false)).Value!;
    }

    /// <summary>
    /// The same with what is known of the value: a miss is one that was computed, fresh and stale ones are the store's. Only
    /// computed values that <paramref name="isKept"/> agrees with are stored.
    /// </summary>
    internal async ValueTask<StoreTierLookup<TValue>> GetOrComputeEntryAsync(
        CacheStoreKey key, IReadOnlyList<string> tags, Func<CancellationToken, ValueTask<TValue>> compute, Func<TValue, bool> isKept, CancellationToken cancellationToken)
    {
        var lookup = await GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (lookup.State == StoreTierState.Fresh)
        {
            return lookup;
        }

        (lookup, var lease) = await WaitForLeaseAsync(key, lookup, cancellationToken).ConfigureAwait(false);
        if (lookup.State == StoreTierState.Fresh)
        {
            return lookup;
        }

        var renewal = lease is null ? null : StartRenewal(key, lease);
        try
        {
            var value = await compute(cancellationToken).ConfigureAwait(false);
            if (isKept(value))
            {
                await SetAsync(key, value, tags, lookup.Stamp, lease, cancellationToken).ConfigureAwait(false);
            }

            return new StoreTierLookup<TValue>(StoreTierState.Miss, value, lookup.Stamp, default, default);
        }
        catch (Exception exception) when (lookup.State == StoreTierState.Stale && exception is not OperationCanceledException)
        {
            return lookup;
        }
        finally
        {
            if (renewal is not null)
            {
                await renewal.DisposeAsync().ConfigureAwait(false);
                await _store.ReleaseLeaseAsync(key, lease!, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until the lease is ours or another process has stored a fresh value; at most as long as the options say.</summary>
    private async ValueTask<(StoreTierLookup<TValue> Lookup, CacheLease? Lease)> WaitForLeaseAsync(
        CacheStoreKey key, StoreTierLookup<TValue> lookup, CancellationToken cancellationToken)
    {
        if (_options.LeaseWait == TimeSpan.Zero)
        {
            return (lookup, null);
        }

        var start = _timeProvider.GetTimestamp();
        var poll = FirstPoll;
        for (var waited = false; ; waited = true)
        {
            if (await _store.TryAcquireLeaseAsync(key, _options.LeaseDuration, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                // Between the miss and the lease the former holder may have stored its value.
                var again = await GetAsync(key, cancellationToken).ConfigureAwait(false);
                if (again.State != StoreTierState.Fresh)
                {
                    return (again, lease);
                }

                await _store.ReleaseLeaseAsync(key, lease, cancellationToken).ConfigureAwait(false);
                return (again, null);
            }

            if (waited && _timeProvider.GetElapsedTime(start) >= _options.LeaseWait)
            {
                return (lookup, null);
            }

            await Task.Delay(poll, _timeProvider, cancellationToken).ConfigureAwait(false);
            poll = poll * 2 < LongestPoll ? poll * 2 : LongestPoll;
            lookup = await GetAsync(key, cancellationToken).ConfigureAwait(false);
            if (lookup.State == StoreTierState.Fresh)
            {
                return (lookup, null);
            }
        }
    }

    private ITimer StartRenewal(CacheStoreKey key, CacheLease lease)
    {
        const int renewalsPerDuration = 3;
        var period = _options.LeaseDuration / renewalsPerDuration;
        return _timeProvider.CreateTimer(_ => _ = RenewAsync(key, lease), null, period, period);
    }

    private async Task RenewAsync(CacheStoreKey key, CacheLease lease)
    {
        try
        {
            await _store.RenewLeaseAsync(key, lease, _options.LeaseDuration, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CacheStoreException)
        {
            // A lease that can't be renewed ends: another process may compute as well.
        }
    }
}
