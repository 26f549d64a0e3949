using System.Globalization;

namespace Toolkit.Caching.Disk;

/// <summary>Where damaged databases go, for somebody to look at: kept for a week, and the ten newest at most.</summary>
internal static class DiskQuarantine
{
    private const int Kept = 10;
    private const string TimeFormat = "yyyyMMddHHmmssfff";
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);
    private static readonly string[] Suffixes = ["-shm", "-wal", ""];

    /// <summary>Moves a database and its log there, and lets older ones go.</summary>
    /// <returns>The folder.</returns>
    public static string Take(string cacheFolder, string database, TimeProvider timeProvider)
    {
        var folder = FolderOf(cacheFolder);
        OwnFiles.CreateFolder(folder);
        var time = timeProvider.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture);
        var name = $"{Path.GetFileName(database)}.{time}.{Guid.NewGuid():N}";
        foreach (var suffix in Suffixes)
        {
            MoveIfThere(database + suffix, Path.Combine(folder, name + suffix));
        }

        Sweep(cacheFolder, timeProvider);
        return folder;
    }

    /// <summary>Deletes what is older than a week, and all but the newest ten.</summary>
    public static void Sweep(string cacheFolder, TimeProvider timeProvider)
    {
        var folder = FolderOf(cacheFolder);
        if (!Directory.Exists(folder))
        {
            return;
        }

        var oldest = (timeProvider.GetUtcNow() - KeptFor).ToString(TimeFormat, CultureInfo.InvariantCulture);
        var databases = Directory.GetFiles(folder)
            .GroupBy(static path => path[..^SuffixOf(path).Length])
            .Select(static files => (Time: TimeOf(files.Key), Files: files))
            .OrderByDescending(static one => one.Time, StringComparer.Ordinal);
        foreach (var (_, files) in databases.Where((one, i) => i >= Kept || string.CompareOrdinal(one.Time, oldest) < 0))
        {
            foreach (var file in files)
            {
                File.Delete(file);
            }
        }
    }

    private static void MoveIfThere(string file, string target)
    {
        try
        {
            File.Move(file, target);
        }
        catch (FileNotFoundException)
        {
            // Another process that closes its last connection takes the files beside the database along.
        }
    }

    private static string FolderOf(string cacheFolder) => Path.Combine(cacheFolder, "quarantine");

    private static string SuffixOf(string path) => Array.Find(Suffixes, suffix => path.EndsWith(suffix, StringComparison.Ordinal))!;

    // Name, time, number.
    private static string TimeOf(string path) => Path.GetFileName(path).Split('.') is [.., var time, _] ? time : "";
}
