using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>A file system of its own that is really full: a tmpfs of two megabytes, which only root can mount.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _mounted;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_DiskFull_SaysSoServesWhatIsThereAndRecovers()
    {
        await MountAsync();
        await using var store = Open();
        Assert.True(await store.SetAsync(Key(1), "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));

        // Look-ups go on with the connections that they have; to open another one takes room.
        Assert.True((await store.GetAsync(Key(1), Cancellation)).Found);
        var ballast = Fill();

        foreach (var size in new[] { 5_000, 500_000 })
        {
            var failure = await Assert.ThrowsAsync<CacheStoreException>(async () =>
            {
                for (var i = 0; i < 2000; i++)
                {
                    await store.SetAsync(Key(1000 + i), new byte[size], CacheStoreEntryOptions.Default, Cancellation);
                }
            });
            Assert.True(failure.Message.Contains("no room left", StringComparison.Ordinal), failure.ToString());
        }

        Assert.True((await store.GetAsync(Key(1), Cancellation)).Found);
        Assert.Equal(7, await ComputeAsync(store));

        File.Delete(ballast);
        Assert.True(await store.SetAsync(Key(2), new byte[100_000], CacheStoreEntryOptions.Default, Cancellation));
        Assert.True((await store.GetAsync(Key(2), Cancellation)).Found);
    }

    [Fact]
    public async Task Open_DiskFull_SaysSoAndFailsOpen()
    {
        await MountAsync();
        var ballast = Fill();
        await using var store = Open();

        var failure = await Assert.ThrowsAsync<CacheStoreException>(async () =>
            await store.SetAsync(Key(1), "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
        Assert.Contains("room", failure.Message, StringComparison.Ordinal);
        Assert.Equal(7, await ComputeAsync(store));

        File.Delete(ballast);
        Assert.True(await store.SetAsync(Key(1), "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
    }

    public void Dispose()
    {
        if (_mounted)
        {
            using var process = Process.Start("umount", ["-l", _folder.Path]);
            process.WaitForExit();
        }

        _folder.Dispose();
    }

    private static CacheStoreKey Key(int number) => new("full", Encoding.UTF8.GetBytes($"{number}"));

    private static ValueTask<int> ComputeAsync(DiskCacheStore store) => new StoreTier<int>(
        store.FailOpen(new FailOpenOptions(), TimeProvider.System, NullLogger.Instance), new CacheSerializers().Get<int>(), new StoreTierOptions(), TimeProvider.System)
        .GetOrComputeAsync(Key(3), [], _ => ValueTask.FromResult(7), Cancellation);

    private DiskCacheStore Open() => new(
        new DiskCacheOptions { Folder = _folder.Path, Shards = 1, SizeLimit = 1L << 30 }, TimeProvider.System, NullLogger<DiskCacheStore>.Instance);

    private async Task MountAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mounts a tmpfs, which is Linux'");
        Directory.CreateDirectory(_folder.Path);
        using var process = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", _folder.Path]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancellation);
        Assert.SkipUnless(process.ExitCode == 0, "needs the right to mount a small file system (root)");
        _mounted = true;
    }

    /// <summary>A file that takes all that is left.</summary>
    private string Fill()
    {
        var path = Path.Combine(_folder.Path, "ballast");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            return path;
        }
    }
}
