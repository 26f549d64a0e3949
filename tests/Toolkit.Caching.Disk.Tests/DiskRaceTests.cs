using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>What happens between the steps of one operation, or while another process does something else.</summary>
public sealed class DiskRaceTests : IDisposable
{
    private const int ManyTags = 100_001;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_WhileOldBarriersAreForgotten_NeverFindsWhatTheyBar()
    {
        await using var store = Open();
        await SetAsync(store, "barred", new() { Tags = ["old"] });
        await store.InvalidateTagsAsync(["old"], Cancellation);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.False(await IsFoundAsync(store, "barred"));
            }
        });

        for (var round = 0; round < 2; round++)
        {
            await store.InvalidateTagsAsync([.. Enumerable.Range(0, ManyTags).Select(i => $"tag {i}")], Cancellation);
            await store.InvalidateTagsAsync(["one more"], Cancellation);
        }

        await stop.CancelAsync();
        await reader;
        await SetAsync(store, "new", new() { Tags = ["old"] });
        Assert.True(await IsFoundAsync(store, "new"));
        await store.InvalidateTagsAsync(["old"], Cancellation);
        Assert.False(await IsFoundAsync(store, "new"));
    }

    [Fact]
    public async Task Write_OthersKeepComing_ReturnsToItsCaller()
    {
        await using var store = Open();
        await SetAsync(store, "a", CacheStoreEntryOptions.Default);
        var shard = store.Folder().Shards[0];
        using var stop = new CancellationTokenSource();

        // Each write queues the next one while it holds the writer, as busy callers on other threads do.
        bool QueueAnother()
        {
            if (!stop.IsCancellationRequested)
            {
                // A thread of its own: waiting for a task could run it here, inside the write.
                var thread = new Thread(() => _ = shard.RunAsync(_ => QueueAnother()).AsTask());
                thread.Start();
                thread.Join();
            }

            return true;
        }

        var caller = Task.Run(QueueAnother, Cancellation);

        await caller.WaitAsync(Bound, Cancellation);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task Touch_OfWhatHasBeenReplaced_DoesNotProlongTheNewEntry()
    {
        await using var here = Open();
        await using var there = Open();
        await SetAsync(here, "a", new() { SlidingExpiration = TimeSpan.FromHours(1) });
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await IsFoundAsync(here, "a"));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await SetAsync(there, "a", new() { SlidingExpiration = TimeSpan.FromMinutes(1) });

        // The background work writes down what was read before the replacement.
        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.False(await IsFoundAsync(there, "a"));
        Assert.False(await IsFoundAsync(here, "a"));
    }

    [Fact]
    public async Task Touch_ThatAnotherProcessHasNoted_NeedsNoTurnAtWriting()
    {
        FakeTimeProvider[] clocks = [new(_clock.GetUtcNow()), new(_clock.GetUtcNow())];
        var logger = new WarningCounter();
        await using var here = Open(clocks[0]);
        await using var there = new DiskCacheStore(new DiskCacheOptions { Folder = _folder.Path, Shards = 1 }, clocks[1], logger);
        await SetAsync(here, "a", CacheStoreEntryOptions.Default);

        // Opened here, so that the sweep after opening, which writes, is over.
        Assert.True(await IsFoundAsync(there, "a"));
        foreach (var (clock, store) in clocks.Zip([here, there]))
        {
            clock.Advance(TimeSpan.FromTicks(2 * DiskShard.TouchResolution));
            Assert.True(await IsFoundAsync(store, "a"));
        }

        clocks[0].Advance(TimeSpan.FromSeconds(1));
        using var other = new SqliteConnection(Directory.GetFiles(_folder.Path, "shard-00.db")[0], TimeSpan.FromSeconds(1));
        other.Execute("BEGIN IMMEDIATE");

        // Whoever waits for the other one would see the busy time-out pass.
        clocks[1].AutoAdvanceAmount = TimeSpan.FromMilliseconds(100);
        clocks[1].Advance(TimeSpan.FromSeconds(1));
        clocks[1].AutoAdvanceAmount = TimeSpan.Zero;

        Assert.Equal(0, logger.Count);
        other.Execute("COMMIT");
    }

    [Fact]
    public async Task Vacuum_AnotherProcessWrites_WaitsForTheBusyTimeout()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(100) };
        await using var store = Open(time);
        await SetAsync(store, "a", CacheStoreEntryOptions.Default);
        using (var other = new SqliteConnection(Directory.GetFiles(_folder.Path, "shard-00.db")[0], TimeSpan.FromSeconds(1)))
        {
            other.Execute("BEGIN IMMEDIATE");
            var failure = await Assert.ThrowsAsync<CacheStoreException>(() => store.VacuumAsync(Cancellation));
            Assert.Contains("longer than the busy time-out of 00:00:05", failure.Message, StringComparison.Ordinal);
            other.Execute("COMMIT");
        }

        await store.VacuumAsync(Cancellation);
        Assert.Equal(0, new FileInfo(Path.Combine(_folder.Path, "shard-00.db-wal")).Length);
    }

    [Fact]
    public async Task Quarantine_OfAShardWithFiles_SweepsThemLaterWithoutARestart()
    {
        await using var store = Open();
        for (var i = 0; i < 8; i++)
        {
            await store.SetAsync(Key($"{i}"), new byte[90_000], CacheStoreEntryOptions.Default, Cancellation);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, ValueFiles().Length);
        await DamageAsync(store);
        for (var i = 0; i < 8; i++)
        {
            await IsFoundAsync(store, $"{i}");
        }

        await store.SetAsync(Key("kept"), new byte[90_000], CacheStoreEntryOptions.Default, Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(9, ValueFiles().Length);
        _clock.Advance(DiskCacheStore.OrphanGrace + TimeSpan.FromSeconds(1));

        Assert.Single(ValueFiles());
        Assert.True(await IsFoundAsync(store, "kept"));
    }

    [Fact]
    public async Task Quarantine_GenerationForgottenByAPowerFailure_DoesNotBringOldValuesBack()
    {
        await using (var store = Open())
        {
            await SetAsync(store, "a", CacheStoreEntryOptions.Default);
            await DamageAsync(store);
            Assert.False(await IsFoundAsync(store, "a"));
            await SetAsync(store, "a", CacheStoreEntryOptions.Default);
        }

        // The numbers of the generations, as if they had never reached the disk.
        await using (var clock = new FileStream(Path.Combine(_folder.Path, "clock"), FileMode.Open))
        {
            clock.Position = 16;
            clock.Write(new byte[512]);
        }

        await using var again = Open();
        await SetAsync(again, "b", CacheStoreEntryOptions.Default);
        await DamageAsync(again);

        Assert.False(await IsFoundAsync(again, "b"));
        Assert.False(await IsFoundAsync(again, "a"));
        await SetAsync(again, "a", CacheStoreEntryOptions.Default);
        Assert.True(await IsFoundAsync(again, "a"));
    }

    [Fact]
    public async Task Open_FilesInAFolderThatOthersMayEnter_AreForTheirOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are those of Unix");
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        await using var store = Open();
        await store.SetAsync(Key("large"), new byte[90_000], CacheStoreEntryOptions.Default, Cancellation);

        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(Path.Combine(_folder.Path, "clock")) & others);
        Assert.All(Directory.GetFiles(_folder.Path, "*.lock"), path => Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(path) & others));
        Assert.All(Directory.GetDirectories(_folder.Path, "*", SearchOption.AllDirectories), path => Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(path) & others));
    }

    public void Dispose() => _folder.Dispose();

    private static CacheStoreKey Key(string text) => new("races", Encoding.UTF8.GetBytes(text));

    private static async Task SetAsync(DiskCacheStore store, string key, CacheStoreEntryOptions options) =>
        Assert.True(await store.SetAsync(Key(key), Encoding.UTF8.GetBytes(key), options, Cancellation));

    // SQLite removes the files beside the database with its last connection, whenever that is.
    [Fact]
    public async Task Quarantine_FilesBesideTheDatabaseVanishMeanwhile_TakesTheRest()
    {
        var path = Path.Combine(Directory.CreateDirectory(_folder.Path).FullName, "shard-00.db");
        for (var round = 0; round < 500; round++)
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                await File.WriteAllTextAsync(path + suffix, "", Cancellation);
            }

            using var together = new Barrier(2);
            var closing = Task.Run(() =>
            {
                together.SignalAndWait(Cancellation);
                File.Delete(path + "-shm");
                File.Delete(path + "-wal");
            });
            together.SignalAndWait(Cancellation);
            DiskQuarantine.Take(_folder.Path, path, _clock);
            await closing;

            Assert.False(File.Exists(path));
        }
    }

    private static async Task<bool> IsFoundAsync(DiskCacheStore store, string key) => (await store.GetAsync(Key(key), Cancellation)).Found;

    private async Task DamageAsync(DiskCacheStore store)
    {
        await store.VacuumAsync(Cancellation);
        foreach (var shard in store.Folder().Shards)
        {
            await using var file = File.OpenWrite(shard.PathForTests);
            file.Write(new byte[file.Length]);
        }
    }

    private string[] ValueFiles() => Directory.GetFiles(Path.Combine(_folder.Path, "values"), "*", SearchOption.AllDirectories);

    private DiskCacheStore Open(TimeProvider? time = null) =>
        new(new DiskCacheOptions { Folder = _folder.Path, Shards = 1 }, time ?? _clock, NullLogger<DiskCacheStore>.Instance);

    private sealed class WarningCounter : ILogger<DiskCacheStore>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Count += logLevel >= LogLevel.Warning ? 1 : 0;
    }
}
