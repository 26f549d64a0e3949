using Microsoft.Extensions.Logging;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>
/// One database file: how it is opened, and how a damaged one is put aside and replaced while other processes use it. Who finds
/// that the generation has changed opens the file anew.
/// </summary>
internal sealed partial class DatabaseFile(string path, int number, string schema, DiskCacheOptions options, SharedClock clock, TimeProvider timeProvider, ILogger logger)
{
    private const int FormatVersion = 1;
    private const int PageSize = 4096;

    private int _quarantined;

    public string Path => PathOf(Generation);

    public long Generation => clock.Generation(number);

    /// <summary>How many damaged files this process has put aside.</summary>
    public int Quarantined => Volatile.Read(ref _quarantined);

    /// <summary>Whether this process is the one that looks after the file now; another one has its turn after <paramref name="interval"/>.</summary>
    public bool TakeTurn(TimeSpan interval) => clock.TakeTurn(number, timeProvider.GetUtcNow().UtcTicks, interval);

    /// <summary>Opens a connection; a new or empty file gets its tables. A damaged file is replaced first.</summary>
    /// <param name="generation">The generation that the caller knows; a connection to another one is noticed by its next use.</param>
    /// <param name="forWriting">The connection tells at once that another one writes, for <see cref="Transaction"/> to wait finely.</param>
    public SqliteConnection Open(long generation, bool forWriting)
    {
        try
        {
            return OpenOnce(generation, forWriting);
        }
        catch (SqliteFailure failure) when (failure.IsCorruption)
        {
            Quarantine(generation);
            return OpenOnce(Generation, forWriting);
        }
    }

    /// <summary>Puts the damaged file aside, unless another thread or process has done so since <paramref name="seenGeneration"/>.</summary>
    public void Quarantine(long seenGeneration)
    {
        using var exclusive = ExclusiveFile.Take(path + ".lock", options.BusyTimeout, timeProvider);
        if (Generation != seenGeneration)
        {
            return;
        }

        // The new file has another name: a connection that still has the old one open deletes the log beside it, by name, when it closes.
        clock.Replaced(number, FirstUnused(seenGeneration));
        var damaged = PathOf(seenGeneration);
        var folder = DiskQuarantine.Take(options.Folder, damaged, timeProvider);
        Interlocked.Increment(ref _quarantined);
        LogQuarantined(logger, damaged, folder);
    }

    private SqliteConnection OpenOnce(long generation, bool forWriting)
    {
        var connection = new SqliteConnection(PathOf(generation), options.BusyTimeout);
        try
        {
            Prepare(connection, forWriting);
            if (forWriting)
            {
                connection.StopWaiting();
            }

            return connection;
        }
        catch (Exception exception)
        {
            connection.Dispose();
            if (exception is SqliteFailure { IsCorruption: false } failure)
            {
                throw DiskFailure.Translate(failure, options.Folder);
            }

            throw;
        }
    }

    // A power failure may have forgotten generations whose files are still there: with values from then.
    private long FirstUnused(long generation)
    {
        do
        {
            generation++;
        }
        while (File.Exists(PathOf(generation)));
        return generation;
    }

    private string PathOf(long generation) => generation == 0 ? path : FormattableString.Invariant($"{path}.{generation}");

    private void Prepare(SqliteConnection connection, bool forWriting)
    {
        // Both count only before the first table of a new file is made.
        connection.Execute($"PRAGMA page_size={PageSize}");
        connection.Execute("PRAGMA auto_vacuum=INCREMENTAL");
        SwitchToLog(connection);

        // The connection that checkpoints flushes the log before the database (NORMAL). A writer would flush the log's header as
        // often as the log starts anew, with everyone waiting; without that, a power failure can cost the newest entries or
        // the file, which the checksums and the quarantine turn into misses.
        connection.Execute(forWriting ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL");
        connection.Execute("PRAGMA wal_autocheckpoint=0");

        // Whoever writes first after the log starts anew cuts it to this, with everyone waiting: on some disks for a fifth of a second.
        connection.Execute($"PRAGMA journal_size_limit={LogCheckpoint.TooLongLog}");
        connection.Execute("PRAGMA cache_size=-1024");
        connection.Execute("PRAGMA temp_store=MEMORY");
        if (connection.QueryNumber("PRAGMA user_version") == FormatVersion)
        {
            return;
        }

        connection.Execute("BEGIN IMMEDIATE");
        var version = connection.QueryNumber("PRAGMA user_version");
        if (version == 0)
        {
            foreach (var statement in schema.Split(";;", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                connection.Execute(statement);
            }

            connection.Execute($"PRAGMA user_version={FormatVersion}");
        }

        connection.Execute("COMMIT");
        if (version is not (0 or FormatVersion))
        {
            // The layout of the folder is of this version, so the number itself is damaged.
            throw new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, $"{path} has the unknown format {version}");
        }
    }

    // Switching to the log needs the file alone for a moment, for which SQLite does not wait.
    private void SwitchToLog(SqliteConnection connection)
    {
        var start = timeProvider.GetTimestamp();
        var spin = default(SpinWait);
        while (true)
        {
            try
            {
                if (connection.QueryText("PRAGMA journal_mode=WAL") == "wal")
                {
                    return;
                }

                throw new CacheStoreException($"The file system of {options.Folder} can't hold a database with shared memory: use a local folder.");
            }
            catch (SqliteFailure failure) when (failure.IsBusy && timeProvider.GetElapsedTime(start) < options.BusyTimeout)
            {
                spin.SpinOnce();
            }
        }
    }

    [LoggerMessage(10, LogLevel.Error, "The cache database {Path} was damaged. It was moved to {Folder}, and an empty one takes its place.")]
    private static partial void LogQuarantined(ILogger logger, string path, string folder);
}
