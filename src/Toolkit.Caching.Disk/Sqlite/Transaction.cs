using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>Write transactions among processes.</summary>
internal static class Transaction
{
    // Below this number of turns a waiter yields; from there on it sleeps a millisecond, so that the holder gets a core.
    private const int TurnsBeforeSleeping = 4;

    public static T Run<T>(SqliteConnection connection, DiskCacheOptions options, TimeProvider timeProvider, Func<T> work)
    {
        using var begin = connection.Prepare("BEGIN IMMEDIATE");
        Begin(begin, options, timeProvider);
        try
        {
            var result = work();
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            RollBack(connection);
            throw;
        }
    }

    /// <summary>
    /// Begins a write. SQLite's own waiting sleeps in steps of up to 100 ms, which a cache's writes of 20 µs do not deserve.
    /// </summary>
    public static void Begin(SqliteStatement begin, DiskCacheOptions options, TimeProvider timeProvider)
    {
        var start = 0L;
        var spin = default(SpinWait);
        while (!begin.TryRun())
        {
            start = start == 0 ? timeProvider.GetTimestamp() : start;
            if (timeProvider.GetElapsedTime(start) > options.BusyTimeout)
            {
                throw new CacheStoreException(
                    $"Other processes wrote to the cache in {options.Folder} for longer than the busy time-out of {options.BusyTimeout}.");
            }

            spin.SpinOnce(TurnsBeforeSleeping);
        }
    }

    public static void RollBack(SqliteConnection connection)
    {
        if (connection.IsInTransaction)
        {
            try
            {
                connection.Execute("ROLLBACK");
            }
            catch (SqliteFailure)
            {
                // What made the transaction fail is told; a connection that can't roll back is closed with it.
            }
        }
    }
}
