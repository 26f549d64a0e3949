using System.Globalization;
using System.IO.Hashing;

namespace Toolkit.Caching.Disk;

/// <summary>
/// Large values as files of one shard. A file is written under a temporary name, renamed, and only then named by a row; a replaced or
/// deleted row names its file in the trash table in the same transaction, and the file is deleted after the commit. A file
/// that a killed process left without a row is swept once it is old enough that no write can be about to name it.
/// </summary>
internal sealed class ValueFiles(string folder, TimeProvider timeProvider)
{
    private const string Extension = ".value";
    private const string TemporaryExtension = ".tmp";

    public string Folder => folder;

    public string PathOf(long file) => Path.Combine(folder, file.ToString("x16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Writes a value; the number that it returns is never 0.</summary>
    public long Write(ReadOnlySpan<byte> value, out uint checksum)
    {
        checksum = Checksum(value);
        var file = Random.Shared.NextInt64(1, long.MaxValue);
        var path = PathOf(file);
        try
        {
            Create(path + TemporaryExtension, value);
        }
        catch (DirectoryNotFoundException)
        {
            // Each by itself: the mode is that of the last folder of a path alone.
            OwnFiles.CreateFolder(Path.GetDirectoryName(folder)!);
            OwnFiles.CreateFolder(folder);
            Create(path + TemporaryExtension, value);
        }

        File.Move(path + TemporaryExtension, path);
        return file;
    }

    /// <summary>Maps a value into memory; <see langword="null"/> when its file is gone or damaged.</summary>
    public ReadOnlyMemory<byte>? Map(long file, int length, uint checksum)
    {
        try
        {
            var handle = File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) != length)
            {
                handle.Dispose();
                return null;
            }

            var value = new MappedValue(handle, length);
            var intact = Checksum(value.GetSpan()) == checksum;
            GC.KeepAlive(value);
            return intact ? (ReadOnlyMemory<byte>?)value.Memory : null;
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads a value; <see langword="null"/> when its file is gone or damaged.</summary>
    public ReadOnlyMemory<byte>? Read(long file, int length, uint checksum)
    {
        try
        {
            using var handle = File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) != length)
            {
                return null;
            }

            var value = GC.AllocateUninitializedArray<byte>(length);
            var read = 0;
            while (read < length)
            {
                var count = RandomAccess.Read(handle, value.AsSpan(read), read);
                if (count == 0)
                {
                    return null;
                }

                read += count;
            }

            return Checksum(value) == checksum ? (ReadOnlyMemory<byte>?)value : null;
        }
        catch (IOException exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(long file)
    {
        try
        {
            File.Delete(PathOf(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use elsewhere: the sweep takes it later.
        }
    }

    /// <summary>Deletes the files that no row names and that are older than <paramref name="grace"/>.</summary>
    /// <param name="readNamed">Reads which files the rows name; called when there are old files, after these were found.</param>
    /// <param name="grace">The age from which on a file without a row is an orphan.</param>
    /// <returns>The number of files deleted.</returns>
    public int Sweep(Func<IReadOnlySet<long>> readNamed, TimeSpan grace)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        var oldest = timeProvider.GetUtcNow().UtcDateTime - grace;
        var old = Directory.EnumerateFiles(folder).Where(path => File.GetLastWriteTimeUtc(path) <= oldest).ToList();
        if (old.Count == 0)
        {
            return 0;
        }

        // What is named by now is not touched, however old the clock says that it is.
        var named = readNamed();
        old.RemoveAll(path => NumberOf(path) is { } file && named.Contains(file));
        old.ForEach(File.Delete);
        return old.Count;
    }

    private static long? NumberOf(string path) =>
        path.EndsWith(Extension, StringComparison.Ordinal)
        && long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var file)
            ? file
            : null;

    private static uint Checksum(ReadOnlySpan<byte> value) => (uint)XxHash3.HashToUInt64(value);

    private static void Create(string path, ReadOnlySpan<byte> value)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            RandomAccess.Write(handle, value, 0);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            // A full disk: what was written of it must not stay.
            File.Delete(path);
            throw;
        }
    }
}
