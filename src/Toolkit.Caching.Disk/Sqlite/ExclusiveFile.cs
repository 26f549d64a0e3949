using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>A lock among processes: a file that one of them has open alone. The system frees it when its holder dies.</summary>
internal static class ExclusiveFile
{
    public static FileStream Take(string path, TimeSpan timeout, TimeProvider timeProvider)
    {
        var start = timeProvider.GetTimestamp();
        var spin = default(SpinWait);
        while (true)
        {
            try
            {
                return OwnFiles.Open(path, FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException) && !DiskFailure.IsNoRoom(exception))
            {
                if (timeProvider.GetElapsedTime(start) > timeout)
                {
                    throw new CacheStoreException($"{path} is held by another process for longer than the busy time-out.", exception);
                }

                spin.SpinOnce();
            }
        }
    }
}
