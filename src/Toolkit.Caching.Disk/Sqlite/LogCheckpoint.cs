namespace Toolkit.Caching.Disk;

/// <summary>
/// Moves the log of a database file into it. On a connection of its own, because it takes long and nobody has to wait for it; none of
/// the other connections does it. For one thread at a time.
/// </summary>
internal sealed class LogCheckpoint(DatabaseFile file) : IDisposable
{
    private const long LongLog = 4 * 1024 * 1024;

    /// <summary>A log that has grown beyond this is cut when it starts anew.</summary>
    public const long TooLongLog = 64 * 1024 * 1024;

    // Of the processes on a folder one does it for all: each time the disk is flushed twice.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private SqliteConnection? _connection;
    private long _generation;

    /// <summary>Moves what it can without holding anyone up, when the log has become long.</summary>
    public void RunWhenLong()
    {
        if (new FileInfo(file.Path + "-wal") is { Exists: true, Length: >= LongLog } log && (log.Length > TooLongLog || file.TakeTurn(Interval)))
        {
            Connect().Checkpoint();
        }
    }

    /// <summary>Moves everything and empties the log; waits for others for as long as the busy time-out says.</summary>
    public void Truncate() => Connect().Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private SqliteConnection Connect()
    {
        if (_connection is not null && _generation == file.Generation)
        {
            return _connection;
        }

        Dispose();
        _generation = file.Generation;
        return _connection = file.Open(_generation, forWriting: false);
    }
}
