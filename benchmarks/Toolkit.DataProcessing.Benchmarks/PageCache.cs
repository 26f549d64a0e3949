using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>What the operating system keeps of a file in memory.</summary>
internal static class PageCache
{
    private const int DontNeed = 4;

    /// <summary>
    /// Drops a file: the next run reads it in with the system's read-ahead. A file that was written a moment ago lies in pieces of
    /// the sizes of the writes and of the memory that was free, and two such files of the same length are read at speeds up to a
    /// tenth apart; read in by read-ahead they are alike. Does nothing but on Linux.
    /// </summary>
    public static void Drop(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
        if (Advise(file, 0, 0, DontNeed) is not 0 and var error)
        {
            throw new IOException($"{path}: posix_fadvise gave {error}.");
        }
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
