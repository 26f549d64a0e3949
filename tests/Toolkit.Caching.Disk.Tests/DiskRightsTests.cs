using System.Diagnostics;
using Toolkit.Testing.Caching;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>
/// Folders that this user may not write, or not even see, used by a process of its own. Where the tests run as root, that process gives up
/// root's privilege to pass over file rights; its user is the same, so that it can read the program wherever that was built.
/// </summary>
public sealed class DiskRightsTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private const UnixFileMode ForAllToRead = Mine | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_EmptyReadOnlyFolder_SaysSoAndFailsOpen()
    {
        SkipOnWindows();
        Directory.CreateDirectory(_folder.Path, ReadOnly);

        await CheckRefusedAsync();
    }

    [Fact]
    public async Task Open_ReadOnlyFolderWithACache_SaysSoAndFailsOpen()
    {
        SkipOnWindows();
        await FillAsync();
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead);
        }

        File.SetUnixFileMode(_folder.Path, ReadOnly);

        await CheckRefusedAsync();
    }

    [Fact]
    public async Task Open_FolderThatCannotBeEntered_SaysSoAndFailsOpen()
    {
        SkipOnWindows();
        await FillAsync();
        File.SetUnixFileMode(_folder.Path, UnixFileMode.None);

        await CheckRefusedAsync();
    }

    [Theory]
    [InlineData(Mine)]
    [InlineData(ForAllToRead)]
    public async Task Open_AnotherUsersFolder_SaysSoAndFailsOpen(UnixFileMode mode)
    {
        SkipOnWindows();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a folder to another user");
        await FillAsync();
        File.SetUnixFileMode(_folder.Path, mode);
        using var process = Process.Start("chown", ["-R", "65534:65534", _folder.Path]);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);

        await CheckRefusedAsync();
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder.Path) && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.Path, Mine);
        }

        _folder.Dispose();
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are those of Unix");

    private async Task FillAsync()
    {
        using var worker = await CacheWorker.StartAsync("disk", _folder.Path, Cancellation);
        Assert.Equal("10, 1 computed", await worker.AskAsync("times 5", Cancellation));
        Assert.Equal("stored", await worker.AskAsync("raw " + _folder.Path, Cancellation));
    }

    private async Task CheckRefusedAsync()
    {
        string[] through = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] : [];
        using var worker = await CacheWorker.StartAsync(through, "disk", _folder.Path, changed: false, Cancellation);

        var message = await worker.AskAsync("raw " + _folder.Path, Cancellation);
        Assert.Contains($"The cache folder {_folder.Path} can't be ", message, StringComparison.Ordinal);
        Assert.Contains("or use another folder", message, StringComparison.Ordinal);
        Assert.Equal("12, 1 computed", await worker.AskAsync("times 6", Cancellation));
        Assert.Equal("14, 2 computed", await worker.AskAsync("times 7", Cancellation));
    }
}
