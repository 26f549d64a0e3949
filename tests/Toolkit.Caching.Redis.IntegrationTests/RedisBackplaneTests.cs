using System.Diagnostics;
using System.Threading.Channels;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

public sealed class RedisBackplaneTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly CacheStoreKey Key = new("faults", "key"u8.ToArray());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invalidate_TwoProcesses_EachHearsOfTheOther()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await CacheWorker.CheckInvalidationBothWaysAsync("redis", server.ConnectionString, Cancellation);
    }

    [Fact]
    public async Task Publish_TwoConnections_TheOtherIsToldAndNotTheSender()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = Connect(server);
        await using var otherConnection = Connect(server);
        await using var here = new RedisBackplane(connection);
        await using var there = new RedisBackplane(otherConnection);
        var toldHere = new Told(here);
        var toldThere = new Told(there);
        await here.WhenSubscribedAsync(Cancellation);
        await there.WhenSubscribedAsync(Cancellation);

        await here.PublishAsync(CacheInvalidation.ForKey(Key), Cancellation);
        await there.PublishAsync(CacheInvalidation.ForTags(["a", "b"]), Cancellation);

        Assert.Equal(Key, (await toldThere.NextAsync(CacheInvalidationKind.Key)).Key);

        // What it has sent itself would have come before.
        Assert.Equal(["a", "b"], (await toldHere.NextAsync(CacheInvalidationKind.Key, CacheInvalidationKind.Tags)).Tags);
    }

    [Fact]
    public async Task Publish_TenThousandMessages_ArriveInOrder()
    {
        const int Count = 10_000;
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = Connect(server);
        await using var otherConnection = Connect(server);
        await using var here = new RedisBackplane(connection);
        await using var there = new RedisBackplane(otherConnection);
        var told = new Told(there);
        await there.WhenSubscribedAsync(Cancellation);

        // Once connected, calls one after the other are sent in their order, also when none is waited for.
        await here.PublishAsync(CacheInvalidation.Everything, Cancellation);
        var publishing = Enumerable.Range(0, Count).Select(i => here.PublishAsync(CacheInvalidation.ForCache($"cache {i}"), Cancellation).AsTask()).ToArray();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"cache {i}", (await told.NextAsync(CacheInvalidationKind.Cache)).CacheId);
        }

        await Task.WhenAll(publishing);
    }

    [Fact]
    public async Task Subscribe_ConnectionLost_IsToldToDropEverythingAndHearsAgain()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = Connect(server);
        await using var backplane = new RedisBackplane(connection);
        var told = new Told(backplane);
        await backplane.WhenSubscribedAsync(Cancellation);
        await told.NextAsync(CacheInvalidationKind.Everything);

        await server.KillAsync(Cancellation);
        await server.StartAsync(Cancellation);

        await told.NextAsync(CacheInvalidationKind.Everything);
        await AssertHearsAsync(server, told);
    }

    [Fact]
    public async Task Subscribe_ServerStartsLater_Subscribes()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await server.StopAsync(Cancellation);
        await using var connection = Connect(server, connectTimeout: 500);
        await using var backplane = new RedisBackplane(connection);
        var told = new Told(backplane);
        await Assert.ThrowsAsync<CacheStoreException>(() => backplane.WhenSubscribedAsync(Cancellation));

        await server.StartAsync(Cancellation);

        // Nobody asks for it again: the attempts go on by themselves.
        await told.NextAsync(CacheInvalidationKind.Everything);
        await AssertHearsAsync(server, told);
    }

    [Fact]
    public async Task WhenSubscribed_NoServer_FailsWithinTheConnectTimeoutAndEndsWithDispose()
    {
        await using var connection = new RedisConnection(new RedisStoreOptions { Configuration = "127.0.0.1:1,connectTimeout=300" });
        var backplane = new RedisBackplane(connection);
        var start = Stopwatch.GetTimestamp();

        var failure = await Assert.ThrowsAsync<CacheStoreException>(() => backplane.WhenSubscribedAsync(Cancellation));
        await backplane.DisposeAsync().AsTask().WaitAsync(Bound, Cancellation);

        Assert.Contains("Redis", failure.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < Bound);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => backplane.WhenSubscribedAsync(Cancellation));
    }

    private static RedisConnection Connect(RedisServer server, int connectTimeout = 30_000) =>
        new(new RedisStoreOptions { Configuration = $"{server.ConnectionString},connectTimeout={connectTimeout},asyncTimeout=30000" });

    private static async Task AssertHearsAsync(RedisServer server, Told told)
    {
        await using var connection = Connect(server);
        await using var other = new RedisBackplane(connection);
        var heard = told.NextAsync(CacheInvalidationKind.Key);
        while (!heard.IsCompleted)
        {
            // What is sent while the connection is away is lost, which the handlers are told as a gap.
            await other.PublishAsync(CacheInvalidation.ForKey(Key), Cancellation);
            await Task.WhenAny(heard, Task.Delay(20, Cancellation));
        }

        Assert.Equal(Key, (await heard).Key);
    }

    private sealed class Told
    {
        private readonly Channel<CacheInvalidation> _told = Channel.CreateUnbounded<CacheInvalidation>();

        public Told(RedisBackplane backplane) => _ = backplane.Subscribe(invalidation => _told.Writer.TryWrite(invalidation));

        public async Task<CacheInvalidation> NextAsync(params CacheInvalidationKind[] kinds)
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            bound.CancelAfter(Bound);
            while (true)
            {
                var invalidation = await _told.Reader.ReadAsync(bound.Token);
                if (kinds.Contains(invalidation.Kind))
                {
                    return invalidation;
                }
            }
        }
    }
}
