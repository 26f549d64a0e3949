using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Tests;

public sealed class FailOpenCacheStoreTests : IAsyncDisposable
{
    private static readonly CacheStoreKey Key = new("cache", "key"u8.ToArray());

    private readonly FakeTimeProvider _clock = new();
    private readonly Broken _inner = new();
    private readonly ICacheStore _store;

    public FailOpenCacheStoreTests() => _store = _inner.FailOpen(
        new FailOpenOptions { FailuresToOpen = 3, BreakDuration = TimeSpan.FromSeconds(5), OperationTimeout = TimeSpan.FromSeconds(2) }, _clock, NullLogger.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Get_StoreKeepsFailing_OpensProbesAndCloses()
    {
        _inner.Failing = true;
        for (var i = 0; i < 10; i++)
        {
            Assert.False((await _store.GetAsync(Key, Cancellation)).Found);
        }

        Assert.Equal(3, _inner.Calls);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _store.GetAsync(Key, Cancellation);
        await _store.GetAsync(Key, Cancellation);
        Assert.Equal(4, _inner.Calls);

        _inner.Failing = false;
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await _store.GetAsync(Key, Cancellation)).Found);
        Assert.True((await _store.GetAsync(Key, Cancellation)).Found);
        Assert.Equal(6, _inner.Calls);
    }

    [Fact]
    public async Task Get_StoreHangs_TimesOut()
    {
        _inner.Hanging = new TaskCompletionSource<CacheStoreLookup>();
        var pending = _store.GetAsync(Key, Cancellation).AsTask();
        Assert.False(pending.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False((await pending.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).Found);
        _inner.Hanging.SetException(new CacheStoreException("late"));
    }

    [Fact]
    public async Task Get_CallerCancels_ThrowsAndCountsNoFailure()
    {
        for (var i = 0; i < 10; i++)
        {
            _inner.Hanging = new TaskCompletionSource<CacheStoreLookup>();
            using var source = new CancellationTokenSource();
            var pending = _store.GetAsync(Key, source.Token).AsTask();
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        }

        _inner.Hanging = null;
        Assert.True((await _store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task TryAcquireLease_StoreFails_GrantsSoThatNobodyWaits()
    {
        _inner.Failing = true;

        Assert.NotNull(await _store.TryAcquireLeaseAsync(Key, TimeSpan.FromSeconds(1), Cancellation));
    }

    private sealed class Broken : ICacheStore
    {
        public bool Failing { get; set; }

        public TaskCompletionSource<CacheStoreLookup>? Hanging { get; set; }

        public int Calls { get; private set; }

        public string Name => "broken";

        public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
        {
            Calls++;
            return Hanging is { } hanging ? new(hanging.Task)
                : Failing ? throw new CacheStoreException("down")
                : ValueTask.FromResult(new CacheStoreLookup(true, default, 1));
        }

        public ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken) => throw new CacheStoreException("down");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
