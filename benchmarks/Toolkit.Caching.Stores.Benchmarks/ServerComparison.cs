using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;
using Toolkit.Benchmarking;
using Toolkit.Caching.Memcached;
using Toolkit.Caching.Redis;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Values of 128 bytes over the loopback, one request at a time: the median of single operations; and reads of 100 keys.</summary>
internal static class ServerComparison
{
    private const int Operations = 1000;
    private const int Bulk = 100;
    private const int BulkOperations = 100;
    private static readonly byte[] Value = new byte[128];
    private static readonly CacheStoreKey[] Keys = [.. Enumerable.Range(0, 1000).Select(i => new CacheStoreKey("bench", Encoding.UTF8.GetBytes($"key {i}")))];

    public static async Task RunAsync()
    {
        if (RedisServer.Requirement.IsAvailable)
        {
            await using var server = new RedisServer();
            await server.StartAsync();
            await RedisAsync(server);
        }

        if (MemcachedServer.Requirement.IsAvailable)
        {
            await using var server = new MemcachedServer();
            await server.StartAsync();
            await MemcachedAsync(server);
        }
    }

    private static async Task RedisAsync(RedisServer server)
    {
        await using var store = new RedisCacheStore(server.ConnectionString);
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var raw = multiplexer.GetDatabase();
        var names = Keys.Select((_, i) => (RedisKey)$"raw {i}").ToArray();
        for (var i = 0; i < Keys.Length; i++)
        {
            await store.SetAsync(Keys[i], Value, CacheStoreEntryOptions.Default, default);
            await raw.StringSetAsync(names[i], Value);
        }

        var stamp = (await store.GetAsync(Keys[0], default)).Stamp;
        var options = new CacheStoreEntryOptions { Stamp = stamp };
        await Turns.CompareAsync(
            "stores.redis.get.128B.p50",
            Operations,
            async i => await store.GetAsync(Keys[i % 1000], default),
            ("stackexchange-redis", async i => await raw.StringGetAsync(names[i % 1000])),
            ("stackexchange-redis-mget-of-3", async i => await raw.StringGetAsync([names[i % 1000], names[0], names[1]])));
        await Turns.CompareAsync(
            "stores.redis.set.128B.p50",
            Operations,
            async i => await store.SetAsync(Keys[i % 1000], Value, options, default),
            ("stackexchange-redis", async i => await raw.StringSetAsync(names[i % 1000], Value, TimeSpan.FromDays(30))));
        await Turns.CompareAsync(
            "stores.redis.get-many.100x128B.p50",
            BulkOperations,
            async _ => await store.GetManyAsync(Keys[..Bulk], default),
            ("stackexchange-redis-mget", async _ => await raw.StringGetAsync(names[..Bulk])));
    }

    private static async Task MemcachedAsync(MemcachedServer server)
    {
        await using var store = new MemcachedCacheStore($"{server.Host}:{server.Port}");
        using var raw = new RawMemcached(server.Host, server.Port);
        for (var i = 0; i < Keys.Length; i++)
        {
            await store.SetAsync(Keys[i], Value, CacheStoreEntryOptions.Default, default);
            await raw.SetAsync($"raw{i}", Value);
        }

        await Turns.CompareAsync(
            "stores.memcached.get.128B.p50",
            Operations,
            async i => await store.GetAsync(Keys[i % 1000], default),
            ("raw-socket", i => raw.GetAsync($"raw{i % 1000}", 1)),
            ("raw-socket-two-keys", i => raw.GetAsync($"raw{i % 1000}", 2)));
        await Turns.CompareAsync(
            "stores.memcached.set.128B.p50",
            Operations,
            async i => await store.SetAsync(Keys[i % 1000], Value, CacheStoreEntryOptions.Default, default),
            ("raw-socket", i => raw.SetAsync($"raw{i % 1000}", Value)));
        await Turns.CompareAsync(
            "stores.memcached.get-many.100x128B.p50",
            BulkOperations,
            async _ => await store.GetManyAsync(Keys[..Bulk], default),
            ("raw-socket-pipelined", _ => raw.GetAsync("raw0", Bulk)),
            ("raw-socket-one-by-one", async _ =>
            {
                for (var i = 0; i < Bulk; i++)
                {
                    await raw.GetAsync($"raw{i}", 1);
                }
            }));
    }

    /// <summary>The least that an asynchronous client could do: one socket, one request at a time, no time-out, no look at the answer.</summary>
    private sealed class RawMemcached : IDisposable
    {
        private static readonly int AnswerLength = "VA 128\r\n".Length + 128 + "\r\n".Length;
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = new byte[64 * 1024];

        public RawMemcached(string host, int port) => _socket.Connect(host, port);

        /// <summary>Gets a key so many times in one piece.</summary>
        public ValueTask GetAsync(string key, int times)
        {
            var command = $"mg {key} v\r\n";
            return ExchangeAsync(Encoding.ASCII.GetBytes(times == 1 ? command : string.Concat(Enumerable.Repeat(command, times))), times * AnswerLength);
        }

        public ValueTask SetAsync(string key, byte[] value) =>
            ExchangeAsync([.. Encoding.ASCII.GetBytes($"ms {key} {value.Length}\r\n"), .. value, .. "\r\n"u8], "HD\r\n".Length);

        public void Dispose() => _socket.Dispose();

        private async ValueTask ExchangeAsync(byte[] request, int length)
        {
            await _socket.SendAsync(request);
            for (var received = 0; received < length;)
            {
                received += await _socket.ReceiveAsync(_buffer.AsMemory(received));
            }
        }
    }
}
