using SQLitePCL;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>Says what is wrong with the disk, and what to do.</summary>
internal static class DiskFailure
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaExceededOnUnix = 122;
    private const int NoSpaceOnWindows = unchecked((int)0x80070070);

    public static CacheStoreException Translate(Exception exception, string folder) => exception switch
    {
        CacheStoreException same => same,
        _ when IsNoRoom(exception) =>
            new($"There is no room left for the cache in {folder}: free some, or lower its size limit.", exception),
        SqliteFailure { Code: raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN or raw.SQLITE_AUTH } =>
            new($"The cache folder {folder} can't be written: give this user the rights, or use another folder. ({exception.Message})", exception),
        UnauthorizedAccessException =>
            new($"The cache folder {folder} can't be used by this user: give the rights, or use another folder. ({exception.Message})", exception),
        SqliteFailure { IsBusy: true } =>
            new($"Other writers held the cache in {folder} for longer than the busy time-out.", exception),
        IOException or SqliteFailure =>
            new($"The cache in {folder} can't be read or written: {exception.Message}", exception),
        _ => new($"The cache in {folder} failed: {exception.Message}", exception),
    };

    public static bool IsNoRoom(Exception exception) =>
        exception is SqliteFailure { Code: raw.SQLITE_FULL } or IOException { HResult: NoSpaceOnUnix or NoSpaceOnWindows or QuotaExceededOnUnix };

    public static bool IsOfTheDisk(Exception exception) =>
        exception is SqliteFailure or IOException or UnauthorizedAccessException;
}
