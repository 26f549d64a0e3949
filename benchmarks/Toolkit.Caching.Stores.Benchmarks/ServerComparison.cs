using System.Buffers.Text;
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
    private static readonly CacheStoreKey[] BulkKeys = Keys[..Bulk];

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
            // One worker. Of several each has its own connections, and whom it serves more often would find it awake more often.
            await using var server = new MemcachedServer { Arguments = ["-t", "1"] };
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
        var bulk = names[..Bulk];
        var longBulk = BulkKeys.Select((_, i) => (RedisKey)$"raw of the length of the store's {i:0000000}").ToArray();
        for (var i = 0; i < Keys.Length; i++)
        {
            await store.SetAsync(Keys[i], Value, CacheStoreEntryOptions.Default, default);
            await raw.StringSetAsync(names[i], Value);
        }

        foreach (var name in longBulk)
        {
            await raw.StringSetAsync(name, Value);
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
            async _ => await store.GetManyAsync(BulkKeys, default),
            ("stackexchange-redis-mget", async _ => await raw.StringGetAsync(bulk)),
            ("stackexchange-redis-mget-names-as-long", async _ => await raw.StringGetAsync(longBulk)));
    }

    private static async Task MemcachedAsync(MemcachedServer server)
    {
        await using var store = new MemcachedCacheStore($"{server.Host}:{server.Port}");

        // A connection each, as the store has its own.
        RawMemcached[] raw = [.. Enumerable.Range(0, 4).Select(_ => new RawMemcached(server.Host, server.Port))];
        var names = Keys.Select((_, i) => $"raw{i}").ToArray();
        var longNames = Keys.Select((_, i) => $"raw-as-long-as-the-store-{i:000}").ToArray();
        var (bulk, longBulk) = (names[..Bulk], longNames[..Bulk]);
        for (var i = 0; i < Keys.Length; i++)
        {
            await store.SetAsync(Keys[i], Value, CacheStoreEntryOptions.Default, default);
            await raw[0].SetAsync(names[i], Value);
            await raw[0].SetAsync(longNames[i], Value);
        }

        await Turns.CompareAsync(
            "stores.memcached.get.128B.p50",
            Operations,
            async i => await store.GetAsync(Keys[i % 1000], default),
            ("raw-socket", i => raw[0].GetAsync(names[i % 1000], 1)),
            ("raw-socket-two-keys", i => raw[1].GetAsync(names[i % 1000], 2)),
            ("raw-socket-two-keys-values-read", async i => await raw[2].GetManyAsync([longNames[i % 1000], longNames[0]])));
        await Turns.CompareAsync(
            "stores.memcached.set.128B.p50",
            Operations,
            async i => await store.SetAsync(Keys[i % 1000], Value, CacheStoreEntryOptions.Default, default),
            ("raw-socket", i => raw[0].SetAsync(names[i % 1000], Value)),
            ("raw-socket-names-as-long", i => raw[1].SetAsync(longNames[i % 1000], Value)));
        await Turns.CompareAsync(
            "stores.memcached.get-many.100x128B.p50",
            BulkOperations,
            async _ => await store.GetManyAsync(BulkKeys, default),
            ("raw-socket-pipelined", _ => raw[0].GetAsync(names[0], Bulk)),
            ("raw-socket-pipelined-values-read", async _ => await raw[1].GetManyAsync(bulk)),
            ("raw-socket-pipelined-values-read-names-as-long", async _ => await raw[2].GetManyAsync(longBulk)),
            ("raw-socket-one-command-values-read-names-as-long", async _ => await raw[3].GetInOneCommandAsync(longBulk)));

        // On its own: it would take nearly all of the others' time.
        await Turns.CompareAsync(
            "stores.memcached.get-many.100x128B.p50",
            BulkOperations,
            async _ => await store.GetManyAsync(BulkKeys, default),
            ("raw-socket-one-by-one", async _ =>
            {
                foreach (var name in bulk)
                {
                    await raw[0].GetAsync(name, 1);
                }
            }));
        Array.ForEach(raw, one => one.Dispose());
    }

    /// <summary>The least that an asynchronous client could do: one socket, one request at a time, no time-out.</summary>
    private sealed class RawMemcached : IDisposable
    {
        private static readonly int AnswerLength = "VA 128\r\n".Length + 128 + "\r\n".Length;
        private static readonly int RetrievedLength = "VALUE  0 128\r\n".Length + 128 + "\r\n".Length;
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = new byte[64 * 1024];

        public RawMemcached(string host, int port) => _socket.Connect(host, port);

        /// <summary>Gets a key so many times in one piece, without a look at the answer.</summary>
        public ValueTask GetAsync(string key, int times)
        {
            var command = $"mg {key} v\r\n";
            return ExchangeAsync(Encoding.ASCII.GetBytes(times == 1 ? command : string.Concat(Enumerable.Repeat(command, times))), times * AnswerLength);
        }

        /// <summary>What it takes to get different keys in one piece and to hand their values out.</summary>
        public async ValueTask<byte[][]> GetManyAsync(string[] keys)
        {
            await ExchangeAsync(Write("", "mg ", keys, " v\r\n", ""), keys.Length * AnswerLength);
            return ReadValues(keys.Length, "VA ".Length);
        }

        /// <summary>The same with one command, <c>get</c>, which the server answers in one piece.</summary>
        public async ValueTask<byte[][]> GetInOneCommandAsync(string[] keys)
        {
            var length = keys.Sum(key => key.Length) + (keys.Length * RetrievedLength) + "END\r\n".Length;
            await ExchangeAsync(Write("get", " ", keys, "", "\r\n"), length);
            return ReadValues(keys.Length, "VALUE  0 ".Length + keys[0].Length);
        }

        public ValueTask SetAsync(string key, byte[] value) =>
            ExchangeAsync([.. Encoding.ASCII.GetBytes($"ms {key} {value.Length}\r\n"), .. value, .. "\r\n"u8], "HD\r\n".Length);

        public void Dispose() => _socket.Dispose();

        private static byte[] Write(string start, string before, string[] keys, string after, string end)
        {
            var request = new byte[start.Length + keys.Sum(key => before.Length + key.Length + after.Length) + end.Length];
            var length = Encoding.ASCII.GetBytes(start, request);
            foreach (var key in keys)
            {
                length += Encoding.ASCII.GetBytes(before, request.AsSpan(length));
                length += Encoding.ASCII.GetBytes(key, request.AsSpan(length));
                length += Encoding.ASCII.GetBytes(after, request.AsSpan(length));
            }

            Encoding.ASCII.GetBytes(end, request.AsSpan(length));
            return request;
        }

        private byte[][] ReadValues(int count, int headLength)
        {
            var values = new byte[count][];
            var answers = _buffer.AsSpan();
            for (var i = 0; i < count; i++)
            {
                var line = answers.IndexOf((byte)'\r');
                if (answers[0] != (byte)'V' || !Utf8Parser.TryParse(answers[headLength..], out int length, out _))
                {
                    throw new InvalidOperationException("the server has lost a value");
                }

                values[i] = answers.Slice(line + 2, length).ToArray();
                answers = answers[(line + 2 + length + 2)..];
            }

            return values;
        }

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
