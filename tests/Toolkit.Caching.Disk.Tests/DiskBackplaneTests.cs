using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;

namespace Toolkit.Caching.Disk.Tests;

public sealed class DiskBackplaneTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Invalidate_TwoProcesses_EachHearsOfTheOther() =>
        CacheWorker.CheckInvalidationBothWaysAsync("disk", _folder.Path, Cancellation);

    [Fact]
    public async Task Publish_TwoInstances_TheOtherIsToldInOrderAndNotTheSender()
    {
        await using var here = new DiskBackplane(_folder.Path);
        await using var there = new DiskBackplane(_folder.Path);
        var toldHere = Listen(here);
        var toldThere = Listen(there);

        for (var i = 0; i < 100; i++)
        {
            await here.PublishAsync(CacheInvalidation.ForCache($"cache {i}"), Cancellation);
        }

        await there.PublishAsync(CacheInvalidation.ForTags(["a", "b"]), Cancellation);

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"cache {i}", (await NextAsync(toldThere)).CacheId);
        }

        // What it has sent itself would have come before.
        Assert.Equal(["a", "b"], (await NextAsync(toldHere)).Tags);
    }

    [Fact]
    public async Task Subscribe_AfterMessages_HearsOnlyNewOnes()
    {
        await using var here = new DiskBackplane(_folder.Path);
        await here.PublishAsync(CacheInvalidation.ForCache("old"), Cancellation);
        await using var there = new DiskBackplane(_folder.Path);
        var told = Listen(there);

        await here.PublishAsync(CacheInvalidation.ForCache("new"), Cancellation);

        Assert.Equal("new", (await NextAsync(told)).CacheId);
    }

    [Fact]
    public async Task Poll_MoreMessagesThanAreKept_IsToldToDropEverything()
    {
        var time = new FakeTimeProvider();
        await using var here = new DiskBackplane(_folder.Path);
        await using var there = new DiskBackplane(new DiskCacheOptions { Folder = _folder.Path }, time, NullLogger<DiskBackplane>.Instance);
        var told = Listen(there);

        // The reader's time stands still meanwhile.
        for (var i = 0; i < 1100; i++)
        {
            await here.PublishAsync(CacheInvalidation.ForCache($"cache {i}"), Cancellation);
        }

        time.Advance(TimeSpan.FromMilliseconds(50));

        Assert.Equal(CacheInvalidationKind.Everything, (await NextAsync(told)).Kind);
        Assert.Equal("cache 100", (await NextAsync(told)).CacheId);
    }

    [Fact]
    public async Task Poll_ControlDatabaseDamaged_IsToldToDropEverythingAndHearsAgain()
    {
        await using var there = new DiskBackplane(_folder.Path);
        var told = Listen(there);
        await using (var first = new DiskBackplane(_folder.Path))
        {
            await first.PublishAsync(CacheInvalidation.ForCache("before"), Cancellation);
            Assert.Equal("before", (await NextAsync(told)).CacheId);
        }

        var control = Path.Combine(_folder.Path, "control.db");
        await File.WriteAllBytesAsync(control, [.. Enumerable.Repeat((byte)7, 8192)], Cancellation);
        File.Delete(control + "-wal");
        await using var here = new DiskBackplane(_folder.Path);
        await here.PublishAsync(CacheInvalidation.ForCache("after"), Cancellation);

        Assert.Equal(CacheInvalidationKind.Everything, (await NextAsync(told)).Kind);
        await here.PublishAsync(CacheInvalidation.ForCache("again"), Cancellation);
        CacheInvalidation invalidation;
        while ((invalidation = await NextAsync(told)).CacheId != "again")
        {
            Assert.NotNull(invalidation);
        }
    }

    [Fact]
    public async Task Subscribe_FolderCannotBeOpened_IsToldToDropEverythingWhenItCan()
    {
        // A file where the folder would be.
        await File.WriteAllTextAsync(_folder.Path, "", Cancellation);
        await using var backplane = new DiskBackplane(_folder.Path);
        var told = Listen(backplane);
        await Assert.ThrowsAsync<CacheStoreException>(async () => await backplane.PublishAsync(CacheInvalidation.Everything, Cancellation));

        File.Delete(_folder.Path);

        Assert.Equal(CacheInvalidationKind.Everything, (await NextAsync(told)).Kind);
    }

    public void Dispose() => _folder.Dispose();

    private static Channel<CacheInvalidation> Listen(DiskBackplane backplane)
    {
        var told = Channel.CreateUnbounded<CacheInvalidation>();
        _ = backplane.Subscribe(invalidation => told.Writer.TryWrite(invalidation));
        return told;
    }

    private static async Task<CacheInvalidation> NextAsync(Channel<CacheInvalidation> told) =>
        await told.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Bound, Cancellation);
}
