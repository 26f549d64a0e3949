using Microsoft.Extensions.Logging;

namespace Toolkit.Caching.Stores;

/// <summary>
/// Makes a failing store a store that misses: an error or a time-out costs a miss, a counter and, when the circuit changes, a
/// log line. Only the caller's own cancellation and misuse are thrown.
/// </summary>
internal sealed partial class FailOpenCacheStore : ICacheStore
{
    private readonly ICacheStore _inner;
    private readonly FailOpenOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly StoreCircuit _circuit;

    public FailOpenCacheStore(ICacheStore inner, FailOpenOptions options, TimeProvider timeProvider, ILogger logger)
    {
        options.Validate();
        _inner = inner;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _circuit = new StoreCircuit(options, timeProvider);
    }

    public string Name => _inner.Name;

    public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken) =>
        RunAsync(static (store, state, token) => store.GetAsync(state, token), key, CacheStoreLookup.None, cancellationToken);

    public ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<CacheStoreKey>, IReadOnlyList<CacheStoreLookup>>(
            static (store, state, token) => store.GetManyAsync(state, token), keys, new CacheStoreLookup[keys.Count], cancellationToken);

    public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken) =>
        RunAsync(static (store, state, token) => store.SetAsync(state.key, state.value, state.options, token), (key, value, options), false, cancellationToken);

    public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken) =>
        RunAsync(static (store, state, token) => store.RemoveAsync(state, token), key, false, cancellationToken);

    public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(
            static (store, state, token) => store.TryAcquireLeaseAsync(state.key, state.duration, token),
            (key, duration),
            // A store that can't lease must not make everyone wait for a holder that isn't there.
            new CacheLease(Guid.Empty),
            cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(static (store, state, token) => store.RenewLeaseAsync(state.key, state.lease, state.duration, token), (key, lease, duration), false, cancellationToken);

    public async ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken) =>
        await RunAsync(
            static async (store, state, token) =>
            {
                await store.ReleaseLeaseAsync(state.key, state.lease, token).ConfigureAwait(false);
                return true;
            },
            (key, lease), false, cancellationToken).ConfigureAwait(false);

    public async ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        await RunAsync(
            static async (store, state, token) =>
            {
                await store.InvalidateTagsAsync(state, token).ConfigureAwait(false);
                return true;
            },
            tags, false, cancellationToken).ConfigureAwait(false);

    public async ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken) =>
        await RunAsync(
            static async (store, state, token) =>
            {
                await store.ClearAsync(state, token).ConfigureAwait(false);
                return true;
            },
            cacheId, false, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private ValueTask<TResult> RunAsync<TState, TResult>(
        Func<ICacheStore, TState, CancellationToken, ValueTask<TResult>> call, TState state, TResult otherwise, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_circuit.TryEnter())
        {
            StoreMetrics.Count(Name, StoreMetrics.Skipped);
            return ValueTask.FromResult(otherwise);
        }

        try
        {
            var task = call(_inner, state, cancellationToken);
            if (task.IsCompletedSuccessfully)
            {
                Succeed();
                return task;
            }

            return AwaitAsync(task.AsTask(), otherwise, cancellationToken);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            Fail(exception);
            return ValueTask.FromResult(otherwise);
        }
        catch
        {
            _circuit.Abandon();
            throw;
        }
    }

    private async ValueTask<TResult> AwaitAsync<TResult>(Task<TResult> task, TResult otherwise, CancellationToken cancellationToken)
    {
        try
        {
            var result = await task.WaitAsync(_options.OperationTimeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            Succeed();
            return result;
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            Fail(exception);

            // After a time-out the call goes on by itself; its late failure is observed, not raised.
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return otherwise;
        }
        catch
        {
            _circuit.Abandon();
            throw;
        }
    }

    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is not ArgumentException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private void Succeed()
    {
        if (_circuit.Succeed())
        {
            LogClosed(_logger, Name);
        }
    }

    private void Fail(Exception exception)
    {
        StoreMetrics.Count(Name, StoreMetrics.Error);
        if (_circuit.Fail())
        {
            LogOpened(_logger, Name, _options.BreakDuration, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The cache store {Store} keeps failing: calls are computed without it, and it is tried again every {Break}.")]
    private static partial void LogOpened(ILogger logger, string store, TimeSpan @break, Exception exception);

    [LoggerMessage(2, LogLevel.Information, "The cache store {Store} answers again.")]
    private static partial void LogClosed(ILogger logger, string store);
}
