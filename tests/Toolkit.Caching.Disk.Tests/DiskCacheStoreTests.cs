using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Serialization;

namespace Toolkit.Caching.Disk.Tests;

public sealed class DiskCacheStoreTests : IDisposable
{
    private const long SizeLimit = 1024 * 1024;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(300)]
    [InlineData(3_000)]
    [InlineData(90_000)]
    public async Task Set_ManyMoreThanTheLimit_StaysWithinIt(int size)
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        await using var other = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        for (var i = 0; i < 4 * SizeLimit / size; i++)
        {
            Assert.True(await (i % 2 == 0 ? store : other).SetAsync(Key(i), new byte[size], CacheStoreEntryOptions.Default, Cancellation));
            if (i % 50 == 0)
            {
                Assert.InRange((await store.GetStatisticsAsync(Cancellation)).Bytes, 0, SizeLimit);
            }
        }

        var statistics = await store.GetStatisticsAsync(Cancellation);
        Assert.InRange(statistics.Bytes, SizeLimit / 2, SizeLimit);
        await store.VacuumAsync(Cancellation);
        Assert.InRange(FolderBytes(), SizeLimit / 2, 3 * SizeLimit / 2);
    }

    [Fact]
    public async Task Set_LeastRecentlyUsed_KeepsWhatIsRead()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        for (var i = 0; i < 20; i++)
        {
            await store.SetAsync(Key(-i - 1), new byte[300], CacheStoreEntryOptions.Default, Cancellation);
        }

        for (var i = 0; i < 10_000; i++)
        {
            await store.SetAsync(Key(i), new byte[300], CacheStoreEntryOptions.Default, Cancellation);
            if (i % 200 == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(2));
                for (var hot = 0; hot < 20; hot++)
                {
                    await store.GetAsync(Key(-hot - 1), Cancellation);
                }
            }
        }

        var kept = 0;
        for (var hot = 0; hot < 20; hot++)
        {
            kept += (await store.GetAsync(Key(-hot - 1), Cancellation)).Found ? 1 : 0;
        }

        Assert.InRange(kept, 19, 20);
    }

    [Fact]
    public async Task Set_NoEviction_RefusesWhenFull()
    {
        await using var store = Open(DiskEvictionPolicy.None);
        var stored = 0;
        while (await store.SetAsync(Key(stored), new byte[3000], CacheStoreEntryOptions.Default, Cancellation))
        {
            stored++;
        }

        Assert.InRange(stored, 200, SizeLimit / 3000);
        Assert.True((await store.GetAsync(Key(0), Cancellation)).Found);
    }

    [Fact]
    public async Task Set_LargerThanAShard_IsRefused()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);

        Assert.False(await store.SetAsync(Key(1), new byte[SizeLimit], CacheStoreEntryOptions.Default, Cancellation));
        Assert.Equal(0, FolderFiles("values"));
    }

    [Theory]
    [InlineData(DiskEvictionPolicy.LeastRecentlyUsed, (int)SizeLimit)]
    [InlineData(DiskEvictionPolicy.None, 3000)]
    public async Task Set_Refused_LeavesNoOlderValue(DiskEvictionPolicy eviction, int size)
    {
        await using var store = Open(eviction);
        Assert.True(await store.SetAsync(Key(-1), new byte[10], CacheStoreEntryOptions.Default, Cancellation));
        for (var i = 0; eviction == DiskEvictionPolicy.None && await store.SetAsync(Key(i), new byte[3000], CacheStoreEntryOptions.Default, Cancellation); i++)
        {
        }

        for (var i = 0; i < 400; i++)
        {
            // Until the shard of this key is full too.
            await store.SetAsync(Key(i), new byte[3000], CacheStoreEntryOptions.Default, Cancellation);
        }

        Assert.False(await store.SetAsync(Key(-1), new byte[size], CacheStoreEntryOptions.Default, Cancellation));
        Assert.False((await store.GetAsync(Key(-1), Cancellation)).Found);
    }

    [Fact]
    public async Task Set_FullWithoutEviction_ReplacesByTheSameSize()
    {
        await using var store = Open(DiskEvictionPolicy.None);
        var stored = 0;
        while (await store.SetAsync(Key(stored), new byte[3000], CacheStoreEntryOptions.Default, Cancellation))
        {
            stored++;
        }

        for (var i = 0; i < stored; i++)
        {
            Assert.True(await store.SetAsync(Key(i), new byte[3000], CacheStoreEntryOptions.Default, Cancellation));
        }
    }

    [Fact]
    public async Task Invalidate_Often_DoesNotGrowTheControlLog()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        for (var i = 0; i < 3000; i++)
        {
            await store.InvalidateTagsAsync([$"tag {i}"], Cancellation);
            if (i % 100 == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.InRange(new FileInfo(Path.Combine(_folder.Path, "control.db-wal")).Length, 0, 12 * 1024 * 1024);
    }

    [Fact]
    public async Task Publish_Often_DoesNotGrowTheControlLog()
    {
        await using var backplane = new DiskBackplane(new DiskCacheOptions { Folder = _folder.Path }, _clock, NullLogger<DiskBackplane>.Instance);
        for (var i = 0; i < 3000; i++)
        {
            await backplane.PublishAsync(CacheInvalidation.ForCache($"cache {i}"), Cancellation);
            if (i % 100 == 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.InRange(new FileInfo(Path.Combine(_folder.Path, "control.db-wal")).Length, 0, 12 * 1024 * 1024);
    }

    [Fact]
    public async Task GetCaches_TwoCaches_TellsEachAndRemovesOne()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        for (var i = 0; i < 30; i++)
        {
            await store.SetAsync(new CacheStoreKey("a", Encoding.UTF8.GetBytes($"{i}")), new byte[i == 0 ? 90_000 : 100], CacheStoreEntryOptions.Default, Cancellation);
            await store.SetAsync(new CacheStoreKey("b", Encoding.UTF8.GetBytes($"{i}")), new byte[10], CacheStoreEntryOptions.Default, Cancellation);
        }

        var caches = await store.GetCachesAsync(Cancellation);
        Assert.Equal([("a", 30L), ("b", 30L)], caches.Select(cache => (cache.CacheId, cache.Entries)));

        Assert.Equal(30, await store.RemoveCacheAsync("a", Cancellation));
        Assert.Equal(["b"], (await store.GetCachesAsync(Cancellation)).Select(cache => cache.CacheId));
        Assert.Equal(0, FolderFiles("values"));
        Assert.True((await store.CheckAsync(Cancellation)).IsSound);
    }

    [Fact]
    public async Task Maintenance_ExpiredEntries_AreSweptWithTheirFiles()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        for (var i = 0; i < 50; i++)
        {
            await store.SetAsync(Key(i), new byte[i < 5 ? 90_000 : 100], new() { TimeToLive = TimeSpan.FromMinutes(1) }, Cancellation);
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(0, (await store.GetStatisticsAsync(Cancellation)).Entries);
        Assert.Equal(0, FolderFiles("values"));
    }

    [Fact]
    public async Task Check_OrphanedFile_IsDeletedOnceOldEnough()
    {
        await using var store = Open(DiskEvictionPolicy.LeastRecentlyUsed);
        await store.SetAsync(Key(1), new byte[90_000], CacheStoreEntryOptions.Default, Cancellation);
        var orphan = Path.Combine(Path.GetDirectoryName(Directory.GetFiles(Path.Combine(_folder.Path, "values"), "*", SearchOption.AllDirectories)[0])!, "00000000000000ff.value");
        await File.WriteAllTextAsync(orphan, "orphan", Cancellation);
        File.SetLastWriteTimeUtc(orphan, _clock.GetUtcNow().UtcDateTime);

        Assert.Equal(0, (await store.CheckAsync(Cancellation)).OrphanedFiles);
        File.SetLastWriteTimeUtc(orphan, _clock.GetUtcNow().UtcDateTime - DiskCacheStore.OrphanGrace);

        Assert.Equal(1, (await store.CheckAsync(Cancellation)).OrphanedFiles);
        Assert.True((await store.GetAsync(Key(1), Cancellation)).Found);
    }

    [Fact]
    public async Task HybridCache_OverTheDisk_FindsItAfterARestart()
    {
        for (var run = 0; run < 2; run++)
        {
            var services = new ServiceCollection();
            services.AddDiskDistributedCache(options => options.Folder = _folder.Path);
            services.AddHybridCache();
            await using var provider = services.BuildServiceProvider();
            var computed = false;

            var value = await provider.GetRequiredService<HybridCache>().GetOrCreateAsync("key", _ =>
            {
                computed = true;
                return ValueTask.FromResult("value");
            }, cancellationToken: Cancellation);

            Assert.Equal("value", value);
            Assert.Equal(run == 0, computed);

            // HybridCache writes to its second level after it has answered.
            var store = provider.GetRequiredService<DiskCacheStore>();
            for (var i = 0; (await store.GetStatisticsAsync(Cancellation)).Entries == 0; i++)
            {
                Assert.True(i < 3000, "HybridCache did not store the value");
                await Task.Delay(10, Cancellation);
            }
        }
    }

    [Fact]
    public async Task FusionCache_OverTheDisk_FindsItAfterARestart()
    {
        for (var run = 0; run < 2; run++)
        {
            await using var store = new DiskCacheStore(_folder.Path);
            using var fusion = new FusionCache(new FusionCacheOptions());
            fusion.SetupSerializer(new PlainSerializer());
            fusion.SetupDistributedCache(store.AsDistributedCache("fusion", TimeProvider.System));
            var computed = false;

            var value = await fusion.GetOrSetAsync<string>("key", (_, _) =>
            {
                computed = true;
                return Task.FromResult("value");
            }, token: Cancellation);

            Assert.Equal("value", value);
            Assert.Equal(run == 0, computed);
        }
    }

    [Fact]
    public void UseDisk_FromConfiguration_ReadsAndRefusesUnknownSettings()
    {
        var good = new ConfigurationBuilder().AddInMemoryCollection([new("Folder", _folder.Path), new("SizeLimit", "5000000"), new("Eviction", "none")]).Build();
        var bad = new ConfigurationBuilder().AddInMemoryCollection([new("Folder", _folder.Path), new("Sizelimitt", "5000000")]).Build();
        var options = new DiskCacheOptions();

        DiskCacheOptionsReader.Read(good, options);

        Assert.Equal((_folder.Path, 5_000_000L, DiskEvictionPolicy.None), (options.Folder, options.SizeLimit, options.Eviction));
        Assert.Contains("Sizelimitt", Assert.Throws<InvalidOperationException>(() => DiskCacheOptionsReader.Read(bad, options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddToolkitCaching(caching => caching.UseDisk("")));
    }

    private static CacheStoreKey Key(int number) => new("tests", Encoding.UTF8.GetBytes($"key {number}"));

    private DiskCacheStore Open(DiskEvictionPolicy eviction) => new(
        new DiskCacheOptions { Folder = _folder.Path, SizeLimit = SizeLimit, Eviction = eviction, LargeValueThreshold = 64 * 1024 },
        _clock,
        NullLogger<DiskCacheStore>.Instance);

    private long FolderBytes() => new DirectoryInfo(_folder.Path).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => !file.Name.StartsWith("control", StringComparison.Ordinal) && file.Extension is ".db" or ".value").Sum(file => file.Length);

    private int FolderFiles(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Length : 0;
    }

    private sealed class PlainSerializer : IFusionCacheSerializer
    {
        public byte[] Serialize<T>(T? obj) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(obj);

        public T? Deserialize<T>(byte[] data) => System.Text.Json.JsonSerializer.Deserialize<T>(data);

        public ValueTask<byte[]> SerializeAsync<T>(T? obj, CancellationToken token = default) => ValueTask.FromResult(Serialize(obj));

        public ValueTask<T?> DeserializeAsync<T>(byte[] data, CancellationToken token = default) => ValueTask.FromResult(Deserialize<T>(data));
    }
}
