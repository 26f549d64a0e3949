using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk.Tests;

public sealed class DiskFaultTests : IDisposable
{
    private const int Databases = 5;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shard-*.db", 0)]
    [InlineData("shard-*.db", 100)]
    [InlineData("shard-*.db", 5000)]
    [InlineData("control.db", 100)]
    [InlineData("control.db", 5000)]
    public async Task Open_TruncatedDatabase_StartsAnewOrMisses(string pattern, int length)
    {
        await FillAsync(200);
        foreach (var path in Directory.GetFiles(_folder.Path, pattern))
        {
            await using var file = File.OpenWrite(path);
            file.SetLength(Math.Min(file.Length, length));
        }

        await UseAsync();
    }

    [Fact]
    public async Task Open_OverwrittenDatabases_AreQuarantined()
    {
        await FillAsync(200);
        foreach (var path in Directory.GetFiles(_folder.Path, "*.db"))
        {
            await File.WriteAllBytesAsync(path, "This is no database, and it never was one. It is long enough to be read, though."u8.ToArray(), Cancellation);
        }

        await UseAsync();

        Assert.Equal(5, Directory.GetFiles(Path.Combine(_folder.Path, "quarantine")).Length);
    }

    [Fact]
    public async Task Get_DatabaseDamagedWhileOpen_MissesAndGoesOn()
    {
        await using var store = Open();
        await using var other = Open();
        for (var i = 0; i < 200; i++)
        {
            await SetAsync(store, i);
            await other.GetAsync(Key(i), Cancellation);
        }

        await store.VacuumAsync(Cancellation);
        foreach (var path in Directory.GetFiles(_folder.Path, "shard-*.db"))
        {
            await using var file = File.OpenWrite(path);
            file.Write(new byte[file.Length]);
        }

        for (var i = 0; i < 200; i++)
        {
            await VerifyAsync(store, i);
            await SetAsync(store, i);
            await VerifyAsync(other, i);
        }

        Assert.Equal("value 7", await ReadAsync(store, 7));
        Assert.Equal("value 7", await ReadAsync(other, 7));
    }

    [Fact]
    public async Task Get_FlippedBytesAnywhere_IsNeverAWrongValue()
    {
        await FillAsync(300);
        var random = new Random(7);
        for (var round = 0; round < 25; round++)
        {
            foreach (var path in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(IsData).ToList())
            {
                await using var file = File.Open(path, FileMode.Open);
                for (var i = 0; i < 4 && file.Length > 0; i++)
                {
                    file.Position = random.NextInt64(file.Length);
                    var old = file.ReadByte();
                    file.Position--;
                    file.WriteByte((byte)(old ^ (1 << random.Next(8))));
                }
            }

            await UseAsync();
        }
    }

    [Fact]
    public async Task Get_TruncatedOrMissingValueFile_MissesAndIsRemoved()
    {
        await using var store = Open();
        var large = new byte[200_000];
        await store.SetAsync(Key(1), large, CacheStoreEntryOptions.Default, Cancellation);
        await store.SetAsync(Key(2), large, CacheStoreEntryOptions.Default, Cancellation);
        var files = Directory.GetFiles(Path.Combine(_folder.Path, "values"), "*", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        File.Delete(files[0]);
        await File.WriteAllBytesAsync(files[1], new byte[100_000], Cancellation);

        Assert.False((await store.GetAsync(Key(1), Cancellation)).Found);
        Assert.False((await store.GetAsync(Key(2), Cancellation)).Found);

        Assert.Equal(2, (await store.GetStatisticsAsync(Cancellation)).Damaged);
        Assert.Equal(0, (await store.GetStatisticsAsync(Cancellation)).Entries);
    }

    [Fact]
    public async Task Open_FolderCannotBeMade_SaysSoAndFailsOpen()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Parent, "file"), "", Cancellation);
        await using var store = Open(Path.Combine(_folder.Parent, "file", "cache"));

        var failure = await Assert.ThrowsAsync<CacheStoreException>(async () => await store.GetAsync(Key(1), Cancellation));
        Assert.Contains(Path.Combine("file", "cache"), failure.Message, StringComparison.Ordinal);

        var tier = new StoreTier<int>(
            store.FailOpen(new FailOpenOptions(), TimeProvider.System, NullLogger.Instance), new CacheSerializers().Get<int>(), new StoreTierOptions(), TimeProvider.System);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, await tier.GetOrComputeAsync(Key(1), [], _ => ValueTask.FromResult(i), Cancellation));
        }
    }

    [Fact]
    public async Task Open_FolderWritableByOthers_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are those of Unix");
        Directory.CreateDirectory(_folder.Path);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        await using var store = Open();

        var failure = await Assert.ThrowsAsync<CacheStoreException>(async () => await store.GetAsync(Key(1), Cancellation));
        Assert.Contains("chmod 700", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NewFolder_IsForItsOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are those of Unix");
        await FillAsync(1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public async Task Set_NoRoomLeftInTheDatabase_SaysSoAndServesWhatIsThere()
    {
        await using var store = Open();
        await SetAsync(store, 1);
        foreach (var shard in store.Folder().Shards)
        {
            shard.LimitPagesForTests(20);
        }

        var failure = await Assert.ThrowsAsync<CacheStoreException>(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await store.SetAsync(new CacheStoreKey("full", Encoding.UTF8.GetBytes($"{i}")), new byte[5000], CacheStoreEntryOptions.Default, Cancellation);
                foreach (var shard in store.Folder().Shards)
                {
                    shard.LimitPagesForTests(20);
                }
            }
        });

        Assert.Contains("no room left", failure.Message, StringComparison.Ordinal);
        Assert.Equal("value 1", await ReadAsync(store, 1));
    }

    [Theory]
    [InlineData(DiskEvictionPolicy.LeastRecentlyUsed, long.MaxValue / 2)]
    [InlineData(DiskEvictionPolicy.LeastRecentlyUsed, long.MinValue / 2)]
    [InlineData(DiskEvictionPolicy.LeastRecentlyUsed, 1_000)]
    [InlineData(DiskEvictionPolicy.None, long.MaxValue / 2)]
    [InlineData(DiskEvictionPolicy.None, long.MinValue / 2)]
    public async Task Check_TotalsDamaged_AreCorrectedAndNothingIsLost(DiskEvictionPolicy eviction, long bytes)
    {
        var options = new DiskCacheOptions { Folder = _folder.Path, Eviction = eviction };
        await using var store = new DiskCacheStore(options, TimeProvider.System, NullLogger<DiskCacheStore>.Instance);
        for (var i = 0; i < 100; i++)
        {
            await SetAsync(store, i);
        }

        var before = await store.GetStatisticsAsync(Cancellation);
        foreach (var shard in store.Folder().Shards)
        {
            shard.SpoilTotalsForTests(bytes);
        }

        // A total that no writer leaves is corrected by the next write; one that could be true, by the check.
        for (var i = 0; i < 100; i++)
        {
            Assert.True(await SetAsync(store, i));
        }

        var check = await store.CheckAsync(Cancellation);
        Assert.Equal(bytes == 1_000, !check.IsSound);
        Assert.True((await store.CheckAsync(Cancellation)).IsSound);
        Assert.Equal((before.Entries, before.Bytes), (await store.GetStatisticsAsync(Cancellation)) is var after ? (after.Entries, after.Bytes) : default);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"value {i}", await ReadAsync(store, i));
        }
    }

    [Fact]
    public async Task Quarantine_OldAndMany_AreDeleted()
    {
        await FillAsync(1);
        var quarantine = Directory.CreateDirectory(Path.Combine(_folder.Path, "quarantine")).FullName;
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 31, 0, 0, 0, TimeSpan.Zero));
        for (var day = 1; day <= 30; day++)
        {
            var name = Path.Combine(quarantine, $"shard-00.db.203001{day:00}000000000.{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(name, "", Cancellation);
            await File.WriteAllTextAsync(name + "-wal", "", Cancellation);
        }

        DiskQuarantine.Sweep(_folder.Path, time);
        Assert.Equal(2 * 7, Directory.GetFiles(quarantine).Length);

        // Damaged databases of today count too: ten stay.
        for (var i = 0; i < 12; i++)
        {
            var database = Path.Combine(_folder.Path, "shard-01.db");
            await File.WriteAllTextAsync(database, "", Cancellation);
            DiskQuarantine.Take(_folder.Path, database, time);
        }

        Assert.Equal(10, Directory.GetFiles(quarantine, "shard-01.db.*").Length);
        Assert.Empty(Directory.GetFiles(quarantine, "shard-00.db.*"));
    }

    [Fact]
    public async Task Get_ClockMovedBack_EntriesWithATimeToLiveMiss()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 2, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
        await using (var store = Open(_folder.Path, clock))
        {
            await store.SetAsync(Key(1), "value 1"u8.ToArray(), new() { TimeToLive = TimeSpan.FromMinutes(1) }, Cancellation);
            await store.SetAsync(Key(2), "value 2"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation);
            await store.InvalidateTagsAsync(["t"], Cancellation);
        }

        await using var back = Open(_folder.Path, new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Null(await ReadAsync(back, 1));
        Assert.Equal("value 2", await ReadAsync(back, 2));
        await back.SetAsync(Key(3), "value 3"u8.ToArray(), new() { Tags = ["t"] }, Cancellation);
        Assert.Equal("value 3", await ReadAsync(back, 3));
        Assert.NotNull(await back.TryAcquireLeaseAsync(Key(4), TimeSpan.FromMinutes(1), Cancellation));
    }

    private static bool IsData(string path) => (Path.GetFileName(path).Contains(".db", StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal)) || path.EndsWith(".value", StringComparison.Ordinal);

    private static CacheStoreKey Key(int number) => new("faults", Encoding.UTF8.GetBytes($"key {number}"));

    private static ValueTask<bool> SetAsync(DiskCacheStore store, int number) =>
        store.SetAsync(Key(number), Encoding.UTF8.GetBytes($"value {number}"), CacheStoreEntryOptions.Default, Cancellation);

    private static async Task<string?> ReadAsync(DiskCacheStore store, int number)
    {
        var lookup = await store.GetAsync(Key(number), Cancellation);
        return lookup.Found ? Encoding.UTF8.GetString(lookup.Value.Span) : null;
    }

    private static async Task VerifyAsync(DiskCacheStore store, int number) =>
        Assert.Contains(await ReadAsync(store, number), (string?[])[null, $"value {number}"]);

    private DiskCacheStore Open() => Open(_folder.Path);

    private static DiskCacheStore Open(string folder, TimeProvider? timeProvider = null) =>
        new(new DiskCacheOptions { Folder = folder }, timeProvider ?? TimeProvider.System, NullLogger<DiskCacheStore>.Instance);

    private async Task FillAsync(int count)
    {
        await using var store = Open();
        for (var i = 0; i < count; i++)
        {
            await SetAsync(store, i);
        }

        await store.SetAsync(Key(-1), new byte[100_000], CacheStoreEntryOptions.Default, Cancellation);
    }

    /// <summary>Whatever the files hold: no exception, no wrong value, and the store takes values.</summary>
    private async Task UseAsync()
    {
        await using var store = Open();
        for (var i = 0; i < 300; i++)
        {
            await VerifyAsync(store, i);
        }

        var large = await store.GetAsync(Key(-1), Cancellation);
        Assert.True(!large.Found || large.Value.Span.SequenceEqual(new byte[100_000]));
        for (var i = 0; i < 300; i++)
        {
            // A look-up or the background work may be the first to touch a damaged page: the shard, or the barriers of all, are replaced, and the
            // value goes with them. Each of the databases can be damaged once.
            var attempts = 0;
            do
            {
                Assert.True(attempts++ <= Databases, $"value {i} was lost {attempts} times");
                Assert.True(await SetAsync(store, i));
                await VerifyAsync(store, i);
            }
            while (await ReadAsync(store, i) is null);
        }

        await store.SetAsync(Key(-1), new byte[100_000], CacheStoreEntryOptions.Default, Cancellation);
    }
}
