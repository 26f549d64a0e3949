using System.Globalization;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>The folder of a cache: made for its owner alone, and remembering the number of its shards.</summary>
internal static class DiskLayout
{
    private const string FileName = "layout";
    private const string Header = "toolkit-cache 1 shards ";

    /// <summary>Creates what is missing.</summary>
    /// <returns>The number of shards of the folder.</returns>
    public static int Prepare(DiskCacheOptions options, TimeProvider timeProvider)
    {
        CreateFolder(options.Folder);
        var path = Path.Combine(options.Folder, FileName);
        if (File.Exists(path))
        {
            return Read(path);
        }

        using var exclusive = ExclusiveFile.Take(path + ".lock", options.BusyTimeout, timeProvider);
        if (!File.Exists(path))
        {
            // Under another name first: a process that dies here must not leave half a file.
            File.WriteAllText(path + ".new", Header + options.Shards.ToString(CultureInfo.InvariantCulture));
            File.Move(path + ".new", path);
        }

        return Read(path);
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            RefuseOpenFolder(folder);
            return;
        }

        OwnFiles.CreateFolder(folder);
    }

    // Who can write to the folder can plant values for this program.
    private static void RefuseOpenFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var mode = File.GetUnixFileMode(folder);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new CacheStoreException(
                $"The cache folder {folder} can be written by other users, who could plant values: chmod 700 it, or use another folder.");
        }
    }

    private static int Read(string path)
    {
        var text = File.ReadAllText(path).Trim();
        return text.StartsWith(Header, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(Header.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var shards)
            && shards is >= 1 and <= DiskCacheOptions.MaximumShards
            ? shards
            : throw new CacheStoreException($"{path} does not describe a cache of this version. Use another folder, or delete this one: it is a cache.");
    }
}
