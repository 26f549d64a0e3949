namespace Toolkit.Caching.Disk;

/// <summary>Files and folders for their owner alone, whatever the process's umask leaves to others: who can write them can plant values.</summary>
internal static class OwnFiles
{
    private const UnixFileMode ForFiles = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = ForFiles;
        }

        return new FileStream(path, options);
    }

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, ForFiles | UnixFileMode.UserExecute);
        }
    }
}
