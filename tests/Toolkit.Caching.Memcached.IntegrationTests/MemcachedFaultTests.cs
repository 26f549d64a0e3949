using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MemcachedFaultTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_ServerKilledAndBack_MissesThenWorks()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = FailOpen($"127.0.0.1:{server.Port}");
        Assert.True(await SetAsync(store, "key"));

        await server.KillAsync(Cancellation);
        for (var i = 0; i < 50; i++)
        {
            Assert.False(await IsFoundAsync(store, "key"));
            Assert.False(await SetAsync(store, "key"));
        }

        await server.StartAsync(Cancellation);
        await EventuallyAsync(async () => await SetAsync(store, "key") && await IsFoundAsync(store, "key"));
    }

    [Fact]
    public async Task Get_ServerPausedLongerThanTheTimeout_MissesThenNeverMixesAnswers()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = FailOpen($"127.0.0.1:{server.Port}");
        for (var i = 0; i < 20; i++)
        {
            await store.SetAsync(Key($"k{i}"), Encoding.UTF8.GetBytes($"k{i}"), CacheStoreEntryOptions.Default, Cancellation);
        }

        await server.PauseAsync(Cancellation);
        Assert.False(await IsFoundAsync(store, "k1"));
        await server.ResumeAsync(Cancellation);

        await EventuallyAsync(async () => await IsFoundAsync(store, "k2"));
        for (var i = 0; i < 20; i++)
        {
            var lookup = await store.GetAsync(Key($"k{i}"), Cancellation);
            Assert.Equal($"k{i}", Encoding.UTF8.GetString(lookup.Value.Span));
        }
    }

    [Fact]
    public async Task Get_ConnectionsCutInTheMiddle_NeverMixesAnswers()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = FailOpen($"127.0.0.1:{server.Proxy.Port}");
        for (var i = 0; i < 20; i++)
        {
            await store.SetAsync(Key($"k{i}"), Encoding.UTF8.GetBytes($"k{i}"), CacheStoreEntryOptions.Default, Cancellation);
        }

        for (var round = 0; round < 20; round++)
        {
            var reads = Enumerable.Range(0, 20).Select(async i =>
            {
                var lookup = await store.GetAsync(Key($"k{i}"), Cancellation);
                Assert.True(!lookup.Found || Encoding.UTF8.GetString(lookup.Value.Span) == $"k{i}");
            }).ToList();
            server.Proxy.Cut();
            await Task.WhenAll(reads);
        }

        await EventuallyAsync(async () => await IsFoundAsync(store, "k1"));
    }

    [Fact]
    public async Task Get_CancelledInTheMiddle_NeverMixesAnswers()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore(
            new MemcachedStoreOptions { Servers = $"127.0.0.1:{server.Port}", Timeout = Bound, IdleConnections = 2 }, TimeProvider.System);
        for (var i = 0; i < 20; i++)
        {
            await store.SetAsync(Key($"k{i}"), Encoding.UTF8.GetBytes($"k{i}"), CacheStoreEntryOptions.Default, Cancellation);
        }

        for (var round = 0; round < 300; round++)
        {
            using var cancel = new CancellationTokenSource();
            var cancelled = IsFoundOrCancelledAsync(store, $"k{round % 20}", cancel.Token);
            if (round % 3 == 0)
            {
                await Task.Yield();
            }

            await cancel.CancelAsync();
            Assert.True(await cancelled);
            var lookup = await store.GetAsync(Key($"k{(round + 7) % 20}"), Cancellation);
            Assert.Equal($"k{(round + 7) % 20}", Encoding.UTF8.GetString(lookup.Value.Span));
        }
    }

    [Fact]
    public async Task Get_ServerClosedTheIdleConnection_GoesOverANewOne()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore(new MemcachedStoreOptions { Servers = $"127.0.0.1:{server.Proxy.Port}", Timeout = Bound }, TimeProvider.System);
        for (var round = 0; round < 5; round++)
        {
            Assert.True(await SetAsync(store, "key"));
            server.Proxy.Cut();

            // No exception and no pause: the server itself is well.
            Assert.True(await IsFoundAsync(store, "key"));
        }
    }

    [Fact]
    public async Task InvalidateTags_ClocksApart_NeverTakesABarrierBack()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        var options = new MemcachedStoreOptions { Servers = $"127.0.0.1:{server.Port}", Timeout = Bound };
        var time = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var ahead = new MemcachedCacheStore(options, new SkewedTime(time.AddSeconds(2)));
        await using var behind = new MemcachedCacheStore(options, new SkewedTime(time));
        var tagged = new CacheStoreEntryOptions { Tags = ["t"] };
        await ahead.SetAsync(Key("k"), "value"u8.ToArray(), tagged, Cancellation);
        await ahead.InvalidateTagsAsync(["t"], Cancellation);
        Assert.False(await IsFoundAsync(ahead, "k"));

        await behind.InvalidateTagsAsync(["t"], Cancellation);

        Assert.False(await IsFoundAsync(ahead, "k"));
        Assert.False(await IsFoundAsync(behind, "k"));

        // What the one behind looks up, computes and stores now is later than what it has seen.
        var missed = await behind.GetAsync(Key("k"), Cancellation);
        await behind.SetAsync(Key("k"), "new"u8.ToArray(), tagged with { Stamp = missed.Stamp }, Cancellation);
        Assert.True(await IsFoundAsync(ahead, "k"));
        await behind.InvalidateTagsAsync(["t"], Cancellation);
        Assert.False(await IsFoundAsync(ahead, "k"));
    }

    [Fact]
    public async Task GetMany_SlidingEntries_KeepsEach()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore(new MemcachedStoreOptions { Servers = $"127.0.0.1:{server.Port}", Timeout = Bound }, TimeProvider.System);
        var keys = Enumerable.Range(0, 300).Select(i => Key($"k{i}")).ToList();
        foreach (var key in keys)
        {
            await store.SetAsync(key, "value"u8.ToArray(), new() { SlidingExpiration = TimeSpan.FromHours(1) }, Cancellation);
        }

        for (var round = 0; round < 2; round++)
        {
            Assert.All(await store.GetManyAsync(keys, Cancellation), lookup => Assert.True(lookup.Found));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task GetMany_ManyOfAllSizesSomeMissingSomeTwice_EachIsItsOwn(int servers)
    {
        var started = new List<MemcachedServer>();
        try
        {
            for (var i = 0; i < servers; i++)
            {
                started.Add(await RequiredServer.StartAsync<MemcachedServer>(Cancellation));
            }

            await using var store = new MemcachedCacheStore(
                new MemcachedStoreOptions { Servers = string.Join(',', started.Select(server => $"127.0.0.1:{server.Port}")), Timeout = Bound }, TimeProvider.System);
            int[] sizes = [0, 1, 128, 4000, 33_000, 200_000];
            var keys = Enumerable.Range(0, 1000).Select(i => Key($"k{i}")).ToList();
            byte[] ValueOf(int i) => [.. Enumerable.Repeat((byte)i, sizes[i % 7 % sizes.Length] / (i < 100 ? 1 : 10)), .. BitConverter.GetBytes(i)];
            for (var i = 0; i < keys.Count; i++)
            {
                Assert.True(i % 3 == 0 || await store.SetAsync(keys[i], ValueOf(i), CacheStoreEntryOptions.Default, Cancellation));
            }

            int[] asked = [.. Enumerable.Range(0, keys.Count), .. Enumerable.Range(0, 50), .. Enumerable.Range(0, 50)];
            var lookups = await store.GetManyAsync([.. asked.Select(i => keys[i])], Cancellation);

            for (var i = 0; i < asked.Length; i++)
            {
                Assert.Equal(asked[i] % 3 != 0, lookups[i].Found);
                Assert.True(!lookups[i].Found || lookups[i].Value.Span.SequenceEqual(ValueOf(asked[i])), $"another value came back of {asked[i]}");
            }
        }
        finally
        {
            foreach (var server in started)
            {
                await server.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task GetMany_ConnectionsCutInTheMiddle_NeverMixesAnswers()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = FailOpen($"127.0.0.1:{server.Proxy.Port}");
        var keys = Enumerable.Range(0, 300).Select(i => Key($"k{i}")).ToList();
        for (var i = 0; i < keys.Count; i++)
        {
            await store.SetAsync(keys[i], Encoding.UTF8.GetBytes($"k{i}"), CacheStoreEntryOptions.Default, Cancellation);
        }

        for (var round = 0; round < 20; round++)
        {
            var reads = Enumerable.Range(0, 5).Select(async _ => await store.GetManyAsync(keys, Cancellation)).ToList();
            server.Proxy.Cut();
            foreach (var lookups in await Task.WhenAll(reads))
            {
                Assert.All(lookups, (lookup, i) => Assert.True(!lookup.Found || Encoding.UTF8.GetString(lookup.Value.Span) == $"k{i}"));
            }
        }

        await EventuallyAsync(async () => (await store.GetManyAsync(keys, Cancellation)).All(lookup => lookup.Found));
    }

    [Fact]
    public async Task Lease_SeveralServersOneDead_IsOnTheServerOfItsEntry()
    {
        await using var first = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var second = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore($"127.0.0.1:{first.Port},127.0.0.1:{second.Port}");
        var keys = Enumerable.Range(0, 100).Select(i => new CacheStoreKey($"cache {i}", "key"u8.ToArray())).ToList();
        foreach (var key in keys)
        {
            await store.SetAsync(key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation);
        }

        await second.KillAsync(Cancellation);
        var served = 0;
        foreach (var key in keys)
        {
            if ((await store.GetAsync(key, Cancellation)).Found)
            {
                // Entry and barrier are on the server that lives: so is the lease.
                served++;
                var lease = await store.TryAcquireLeaseAsync(key, Bound, Cancellation);
                Assert.True(await store.SetAsync(key, "new"u8.ToArray(), new() { Lease = lease }, Cancellation));
                Assert.True(await store.RemoveAsync(key, Cancellation));
            }
        }

        Assert.InRange(served, 1, 99);
    }

    [Fact]
    public async Task Get_OneOfThreeServersDead_ServesTheOthersKeysAndProbes()
    {
        await using var first = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var second = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var third = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore(
            new MemcachedStoreOptions { Servers = $"127.0.0.1:{first.Port},127.0.0.1:{second.Port},127.0.0.1:{third.Port}", ProbeInterval = TimeSpan.FromMilliseconds(100) },
            TimeProvider.System);

        // Caches, because the barrier of a cache lies on one server: many of them show the share that stays.
        var keys = Enumerable.Range(0, 200).Select(i => new CacheStoreKey($"cache {i}", "key"u8.ToArray())).ToList();
        foreach (var key in keys)
        {
            Assert.True(await store.SetAsync(key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
        }

        await second.KillAsync(Cancellation);
        var found = await CountAsync(store, keys);
        Assert.InRange(found, 40, 140);

        await second.StartAsync(Cancellation);
        await EventuallyAsync(async () =>
        {
            foreach (var key in keys)
            {
                await store.SetAsync(key, "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation);
            }

            return await CountAsync(store, keys) == keys.Count;
        });
    }

    [Fact]
    public async Task Get_BarrierForgottenByTheServer_Misses()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore($"127.0.0.1:{server.Port}");
        await store.SetAsync(Key("k"), "value"u8.ToArray(), new() { Tags = ["t"] }, Cancellation);
        Assert.True(await IsFoundAsync(store, "k"));
        var barrier = new MemcachedKeys("toolkit:").TagBarrier("t");
        using var connection = await MetaConnection.ConnectAsync("127.0.0.1", server.Port, TimeProvider.System, Cancellation);
        await connection.ExecuteAsync(new MetaRequest().Delete(barrier), Bound, Cancellation);

        Assert.False(await IsFoundAsync(store, "k"));
        await store.SetAsync(Key("k"), "value"u8.ToArray(), new() { Tags = ["t"] }, Cancellation);
        Assert.True(await IsFoundAsync(store, "k"));
    }

    [Fact]
    public async Task AsDistributedCache_SetGetRefreshRemove_Work()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);
        await using var store = new MemcachedCacheStore($"127.0.0.1:{server.Port}");
        IDistributedCache cache = store.AsDistributedCache("sessions", TimeProvider.System);

        await cache.SetAsync("a b\r\n", [1, 2], new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) }, Cancellation);
        Assert.Equal([1, 2], await cache.GetAsync("a b\r\n", Cancellation));
        await cache.RefreshAsync("a b\r\n", Cancellation);
        Assert.Equal([1, 2], cache.Get("a b\r\n"));
        await cache.RemoveAsync("a b\r\n", Cancellation);
        Assert.Null(await cache.GetAsync("a b\r\n", Cancellation));
    }

    [Fact]
    public void KetamaRing_OneMoreServer_MovesAboutItsShare()
    {
        string[] three = ["a:11211", "b:11211", "c:11211"];
        var before = new KetamaRing(three);
        var after = new KetamaRing([.. three, "d:11211"]);
        var keys = Enumerable.Range(0, 20_000).Select(i => Encoding.ASCII.GetBytes($"key {i}")).ToList();

        var moved = keys.Where(key => before.ServerOf(key) != after.ServerOf(key)).ToList();

        Assert.All(moved, key => Assert.Equal(3, after.ServerOf(key)));
        Assert.InRange(moved.Count / (double)keys.Count, 0.15, 0.35);
        for (var server = 0; server < 3; server++)
        {
            Assert.InRange(keys.Count(key => before.ServerOf(key) == server) / (double)keys.Count, 0.23, 0.45);
        }
    }

    /// <summary>A clock that stands still, with the timers of the real one.</summary>
    private sealed class SkewedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private static CacheStoreKey Key(string text) => new("faults", Encoding.UTF8.GetBytes(text));

    private static ValueTask<bool> SetAsync(ICacheStore store, string text) =>
        store.SetAsync(Key(text), "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation);

    private static async Task<bool> IsFoundAsync(ICacheStore store, string text) => (await store.GetAsync(Key(text), Cancellation)).Found;

    private static async Task<bool> IsFoundOrCancelledAsync(ICacheStore store, string text, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.GetAsync(Key(text), cancellationToken)).Found;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static async Task<int> CountAsync(ICacheStore store, List<CacheStoreKey> keys)
    {
        var found = 0;
        foreach (var key in keys)
        {
            found += (await store.GetAsync(key, Cancellation)).Found ? 1 : 0;
        }

        return found;
    }

    private static ICacheStore FailOpen(string servers) => new MemcachedCacheStore(
        new MemcachedStoreOptions { Servers = servers, Timeout = TimeSpan.FromMilliseconds(500), ProbeInterval = TimeSpan.FromMilliseconds(50) }, TimeProvider.System)
        .FailOpen(new FailOpenOptions { BreakDuration = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, NullLogger.Instance);

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
