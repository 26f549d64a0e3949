using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

public sealed class RedisFaultTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly CacheStoreKey Key = new("faults", "key"u8.ToArray());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ServerKilledAndBack_MissesThenHits()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var store = FailOpen(Options(server.ConnectionString));
        await StoreAsync(store);

        await server.KillAsync(Cancellation);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 50; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.False((await store.GetAsync(Key, Cancellation)).Found);
            Assert.False(await store.SetAsync(Key, "x"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        Assert.True(slowest < TimeSpan.FromSeconds(10), $"a call took {slowest} while the server was down");
        await server.StartAsync(Cancellation);
        await EventuallyAsync(async () => (await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task Get_ServerPausedLongerThanTheTimeout_MissesThenHits()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var store = FailOpen(Options(server.ConnectionString));
        await StoreAsync(store);

        await server.PauseAsync(Cancellation);
        Assert.False((await store.GetAsync(Key, Cancellation)).Found);
        await server.ResumeAsync(Cancellation);

        await EventuallyAsync(async () => (await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task Get_ConnectionCut_Reconnects()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var store = FailOpen(Options($"127.0.0.1:{server.Proxy.Port}"));
        await StoreAsync(store);

        server.Proxy.Cut();

        await EventuallyAsync(async () => (await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task GetOrCompute_NoServer_ComputesEveryTime()
    {
        await using var store = FailOpen(new RedisStoreOptions { Configuration = "127.0.0.1:1,connectTimeout=500" });
        var tier = new StoreTier<int>(store, new CacheSerializers().Get<int>(), new StoreTierOptions(), TimeProvider.System);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i, await tier.GetOrComputeAsync(Key, [], _ => ValueTask.FromResult(i), Cancellation));
        }
    }

    [Fact]
    public async Task Get_WrongAndRightPassword_FailsClearlyAndWorks()
    {
        await using var server = await RequiredServer.StartAsync(new RedisServer { Arguments = ["--requirepass", "secret word"] }, Cancellation);
        var wrong = new RedisStoreOptions { Configuration = server.ConnectionString + ",password=hush-hush,connectTimeout=1000" };
        await using var refused = new RedisCacheStore(new RedisConnection(wrong), TimeProvider.System);
        await using var store = new RedisCacheStore(new RedisConnection(Patient(server.ConnectionString + ",password=secret word")), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<CacheStoreException>(async () => await refused.GetAsync(Key, Cancellation));
        Assert.DoesNotContain("hush-hush", failure.ToString(), StringComparison.Ordinal);
        Assert.True(await store.SetAsync(Key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
        Assert.True((await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task Get_ServerEmptied_MissesAndInvalidationsStillWork()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = new RedisConnection(Patient(server.ConnectionString + ",allowAdmin=true"));
        await using var store = new RedisCacheStore(connection, TimeProvider.System);
        var tagged = new CacheStoreEntryOptions { Tags = ["t"] };
        await store.InvalidateTagsAsync(["t"], Cancellation);
        await store.SetAsync(Key, "value"u8.ToArray(), tagged, Cancellation);

        var multiplexer = await connection.GetMultiplexerAsync(Cancellation);
        await multiplexer.GetServers()[0].FlushAllDatabasesAsync();

        Assert.False((await store.GetAsync(Key, Cancellation)).Found);
        await store.SetAsync(Key, "value"u8.ToArray(), tagged, Cancellation);
        Assert.True((await store.GetAsync(Key, Cancellation)).Found);
        await store.InvalidateTagsAsync(["t"], Cancellation);
        Assert.False((await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public void Connection_MisspeltOption_IsNamedWithoutTheSecrets()
    {
        var options = new RedisStoreOptions { Configuration = "localhost:6379,password=hush-hush,conectTimeout=1000" };

        var failure = Assert.ThrowsAny<ArgumentException>(() => new RedisConnection(options));

        Assert.Contains("conectTimeout", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidateTags_LaterOneArrivesFirst_StaysInForce()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = new RedisConnection(Patient(server.ConnectionString));
        await using var store = new RedisCacheStore(connection, TimeProvider.System);
        var database = (await connection.GetMultiplexerAsync(Cancellation)).GetDatabase();
        var keys = new RedisKeys("toolkit:");
        await store.InvalidateTagsAsync(["t"], Cancellation);
        var earlier = await database.StringGetAsync(keys.Clock);
        await store.SetAsync(Key, "value"u8.ToArray(), new() { Tags = ["t"] }, Cancellation);
        await store.InvalidateTagsAsync(["t"], Cancellation);

        // The first one's barrier, sent late.
        await RedisCacheStore.RaiseBarrierAsync(database, keys.TagBarrier("t"), earlier, TimeSpan.FromDays(1));

        Assert.False((await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task Get_SlidingEntryReplacedMeanwhile_LeavesTheNewOnesTimeToLive()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        await using var connection = new RedisConnection(Patient(server.ConnectionString));
        await using var store = new RedisCacheStore(connection, TimeProvider.System);
        var database = (await connection.GetMultiplexerAsync(Cancellation)).GetDatabase();
        var name = new RedisKeys("toolkit:").Entry(Key);
        await store.SetAsync(Key, "old"u8.ToArray(), new() { SlidingExpiration = TimeSpan.FromHours(5) }, Cancellation);
        Assert.True(RedisEntry.TryRead((ReadOnlyMemory<byte>)await database.StringGetAsync(name), out var old));
        await store.SetAsync(Key, "new"u8.ToArray(), new() { TimeToLive = TimeSpan.FromMinutes(5) }, Cancellation);

        // What a reader of the old entry sends after that.
        RedisCacheStore.SlideEntry(database, name, old, (long)TimeSpan.FromHours(5).TotalMilliseconds);

        Assert.InRange((await database.KeyTimeToLiveAsync(name))!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Get_OtherPrefix_Misses()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);
        var options = Patient(server.ConnectionString);
        options.KeyPrefix = "other:";
        await using var store = new RedisCacheStore(new RedisConnection(Patient(server.ConnectionString)), TimeProvider.System);
        await using var other = new RedisCacheStore(new RedisConnection(options), TimeProvider.System);
        await store.SetAsync(Key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation);

        Assert.False((await other.GetAsync(Key, Cancellation)).Found);
    }

    // What the server does is tested with short time-outs, what it answers with ones that a slow machine keeps.
    private static RedisStoreOptions Options(string configuration) => new() { Configuration = configuration + ",connectTimeout=2000,asyncTimeout=1000" };

    private static RedisStoreOptions Patient(string configuration) => new() { Configuration = configuration + ",connectTimeout=30000,asyncTimeout=30000" };

    // With time-outs as short as these the first calls on a slow machine may be too late.
    private static Task StoreAsync(ICacheStore store) => EventuallyAsync(async () =>
        await store.SetAsync(Key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation) && (await store.GetAsync(Key, Cancellation)).Found);

    private static ICacheStore FailOpen(RedisStoreOptions options) =>
        new RedisCacheStore(new RedisConnection(options), TimeProvider.System).FailOpen(
            new FailOpenOptions { BreakDuration = TimeSpan.FromMilliseconds(200), OperationTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger.Instance);

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Bound, "did not happen in time");
            await Task.Delay(20, Cancellation);
        }
    }
}
