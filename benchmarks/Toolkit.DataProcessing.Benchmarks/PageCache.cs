using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>What the operating system keeps of a file in memory.</summary>
internal static class PageCache
{
    private const int DontNeed = 4;

    /// <summary>
    /// Drops a file and reads it in again from front to back. Where its pages lie in memory, and in pieces of which size, is a matter
    /// of luck: two files of the same length are read at speeds up to a tenth apart, by the same program, until one is read in anew.
    /// Who compares two files draws anew for each sample. Only reads but on Linux.
    /// </summary>
    public static void Renew(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        if (OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            if (Advise(file, 0, 0, DontNeed) is not 0 and var error)
            {
                throw new IOException($"{path}: posix_fadvise gave {error}.");
            }
        }

        var buffer = new byte[1024 * 1024];
        var at = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, at)) > 0;)
        {
            at += read;
        }
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
