using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging.Abstractions;
using NeoSmart.Caching.Sqlite;
using Toolkit.Benchmarking;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Values of 128 bytes, 10,000 keys, one thread: percentiles of single operations.</summary>
internal static class DiskComparison
{
    private const int Keys = 10_000;
    private const int Operations = 2_000;

    // As many look-ups as the compiler needs to have looked at all of the code for the last time.
    private const int WarmUps = 60;
    private static readonly byte[] Value = new byte[128];

    public static async Task RunAsync()
    {
        var parent = Directory.CreateTempSubdirectory("toolkit-bench-");
        try
        {
            await RunAsync(parent.FullName);
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string parent)
    {
        await using var store = new DiskCacheStore(Path.Combine(parent, "toolkit"));
        var keys = Enumerable.Range(0, Keys).Select(i => new CacheStoreKey("bench", Encoding.UTF8.GetBytes($"key {i}"))).ToArray();
        using var neo = new SqliteCache(new SqliteCacheOptions { CachePath = Path.Combine(parent, "neosmart.db") }, NullLogger<SqliteCache>.Instance);
        using var bare = new BareSqlite(Path.Combine(parent, "bare.db"));
        var distributed = store.AsDistributedCache("bench-distributed", TimeProvider.System);
        var names = keys.Select((_, i) => $"key {i}").ToArray();
        for (var i = 0; i < Keys; i++)
        {
            await store.SetAsync(keys[i], Value, CacheStoreEntryOptions.Default, default);
            distributed.Set(names[i], Value, new DistributedCacheEntryOptions());
            neo.Set(names[i], Value, new DistributedCacheEntryOptions());
            bare.Set(names[i], Value);
        }

        var next = new Random(1);
        Action<int> get = _ => Require(store.GetAsync(keys[next.Next(Keys)], default).AsTask().Result.Found);
        Action<int> set = _ => Require(store.SetAsync(keys[next.Next(Keys)], NextValue(), CacheStoreEntryOptions.Default, default).AsTask().Result);
        Action<int> bareGet = _ => Require(bare.Get(names[next.Next(Keys)]) is not null);
        Action<int> bareSet = _ => bare.Set(names[next.Next(Keys)], NextValue());
        Action<int> neoGet = _ => Require(neo.Get(names[next.Next(Keys)]) is not null);
        Action<int> neoSet = _ => neo.Set(names[next.Next(Keys)], NextValue(), new DistributedCacheEntryOptions());
        Compare("stores.disk.get.128B.p50", 0.5, get, ("bare-sqlite", bareGet), ("neosmart", neoGet));
        Compare("stores.disk.get.128B.p99", 0.99, get, ("bare-sqlite", bareGet));
        Compare("stores.disk.idistributedcache.get.128B.p50", 0.5, _ => Require(distributed.Get(names[next.Next(Keys)]) is not null), ("neosmart", neoGet));
        Compare("stores.disk.set.128B.p50", 0.5, set, ("bare-sqlite", bareSet), ("neosmart", neoSet));
        Compare("stores.disk.set.128B.p99", 0.99, set, ("bare-sqlite", bareSet));
    }

    private static void Compare(string name, double share, Action<int> ours, params (string Name, Action<int> Work)[] peers) => Comparison.Run(
        name,
        "us",
        Better.Lower,
        new("toolkit", Percentiles.Of(share, Operations, ours)),
        [.. peers.Select(peer => new Contender(peer.Name, Percentiles.Of(share, Operations, peer.Work)))],
        warmups: WarmUps);

    // Another one each time: SQLite does not write a page in which nothing changes.
    private static byte[] NextValue()
    {
        BinaryPrimitives.WriteInt32LittleEndian(Value, BinaryPrimitives.ReadInt32LittleEndian(Value) + 1);
        return Value;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("a contender lost a value");
        }
    }

    /// <summary>The least that a cache on SQLite could do: one table, no expiry, no bookkeeping, no check.</summary>
    private sealed class BareSqlite : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _get;
        private readonly SqliteCommand _set;

        public BareSqlite(string path)
        {
            _connection = new SqliteConnection($"Data Source={path}");
            _connection.Open();
            using var setUp = _connection.CreateCommand();
            setUp.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t(key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID";
            setUp.ExecuteNonQuery();
            _get = _connection.CreateCommand();
            _get.CommandText = "SELECT value FROM t WHERE key = $key";
            _get.Parameters.AddWithValue("$key", "");
            _get.Prepare();
            _set = _connection.CreateCommand();
            _set.CommandText = "INSERT INTO t VALUES($key, $value) ON CONFLICT DO UPDATE SET value = excluded.value";
            _set.Parameters.AddWithValue("$key", "");
            _set.Parameters.AddWithValue("$value", Value);
            _set.Prepare();
        }

        public byte[]? Get(string key)
        {
            _get.Parameters[0].Value = key;
            return (byte[]?)_get.ExecuteScalar();
        }

        public void Set(string key, byte[] value)
        {
            _set.Parameters[0].Value = key;
            _set.Parameters[1].Value = value;
            _set.ExecuteNonQuery();
        }

        public void Dispose()
        {
            _get.Dispose();
            _set.Dispose();
            _connection.Dispose();
        }
    }
}
