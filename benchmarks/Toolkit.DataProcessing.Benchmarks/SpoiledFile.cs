using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>
/// A file in which every hundredth record has a text in the place of a number, or a number of as many bytes: it is turned from the
/// one into the other where it stands. Where the pages of a file lie in memory, and in pieces of which size, is a matter of luck:
/// two files of the same length are read at speeds up to a tenth apart. This way the bad file and the clean one are the same pages.
/// </summary>
internal sealed class SpoiledFile : IDisposable
{
    // Linux keeps these files in memory: what is written there does not go to a disk while others are measured.
    private const string MemoryFolder = "/dev/shm";

    private readonly List<long> _positions = [];
    private readonly SafeFileHandle _file;
    private readonly byte[] _number;
    private readonly byte[] _word;

    /// <summary>Makes the file: clean at first.</summary>
    /// <param name="plain">The file that it is made of, in ASCII.</param>
    /// <param name="separator">The separator of the file.</param>
    /// <param name="fromEnd">Which field is spoiled, counted from the last one.</param>
    /// <param name="number">What stands there in the clean file.</param>
    public SpoiledFile(string plain, char separator, int fromEnd, string number)
    {
        Path = System.IO.Path.Combine(FolderFor(new FileInfo(plain).Length * 2), $"toolkit-csv-bench-{Environment.ProcessId}.csv");
        _number = Encoding.ASCII.GetBytes(number);
        _word = Encoding.ASCII.GetBytes("oops"[..number.Length]);
        Write(plain, separator, fromEnd, number);
        _file = File.OpenHandle(Path, FileMode.Open, FileAccess.Write, FileShare.Read);
    }

    public string Path { get; }

    /// <summary>Makes the records bad, or good again.</summary>
    public void Turn(bool bad)
    {
        foreach (var position in _positions)
        {
            RandomAccess.Write(_file, bad ? _word : _number, position);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(Path);
    }

    // A container may have little of it.
    private static string FolderFor(long bytes) =>
        Directory.Exists(MemoryFolder) && new DriveInfo(MemoryFolder).AvailableFreeSpace > bytes ? MemoryFolder : DataFiles.Folder;

    private void Write(string plain, char separator, int fromEnd, string number)
    {
        using var target = new StreamWriter(Path);
        var (records, at) = (0, 0L);
        foreach (var line in File.ReadLines(plain))
        {
            var kept = line;

            // A record may have several lines; its last one ends with a number.
            if (char.IsAsciiDigit(line[^1]) && line.Contains(separator) && ++records % 100 == 0)
            {
                var fields = line.Split(separator);
                fields[^(fromEnd + 1)] = number;
                kept = string.Join(separator, fields);
                _positions.Add(at + fields[..^(fromEnd + 1)].Sum(field => field.Length + 1));
            }

            target.Write(kept);
            target.Write('\n');
            at += kept.Length + 1;
        }
    }
}
