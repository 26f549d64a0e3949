namespace Toolkit.Caching.Disk;

/// <summary>
/// Moves the log of a database file into it. On a connection of its own, because it takes long and nobody has to wait for it; none of
/// the other connections does it. For one thread at a time.
/// </summary>
/// <param name="file">The database.</param>
/// <param name="alwaysFlushed">
/// Whether everything is flushed before the log starts anew. It then does so in a lull only, and under steady writing it grows until one comes.
/// </param>
/// <param name="flushed">Called when what was in the log has been moved and flushed, before what came meanwhile is moved; for tests.</param>
internal sealed class LogCheckpoint(DatabaseFile file, bool alwaysFlushed, Action? flushed = null) : IDisposable
{
    private const long LongLog = 4 * 1024 * 1024;

    /// <summary>A log that has grown beyond this is cut when it starts anew.</summary>
    public const long TooLongLog = 64 * 1024 * 1024;

    private const int MostAttempts = 32;

    // Of the processes on a folder one does it for all: each time the disk is flushed twice.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private SqliteConnection? _connection;
    private long _generation;

    /// <summary>Moves what it can without holding anyone up, when the log has become long.</summary>
    public void RunWhenLong()
    {
        if (new FileInfo(file.Path + "-wal") is { Exists: true, Length: >= LongLog } log && (log.Length > TooLongLog || file.TakeTurn(Interval)))
        {
            Move(Connect());
        }
    }

    /// <summary>Moves everything and empties the log; waits for others for as long as the busy time-out says.</summary>
    public void Truncate() => Connect().Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    // A log starts anew with the next write, but only once all of it has been moved and nobody reads in it. While the disk was flushed
    // others wrote on: what came meanwhile is little, and without a flush it is moved between two writes. And a process that lost
    // its core in the middle of a look-up reads on some milliseconds later.
    private void Move(SqliteConnection connection)
    {
        var before = connection.Checkpoint();
        if (before.Moved == before.Pages || alwaysFlushed)
        {
            return;
        }

        flushed?.Invoke();
        connection.Execute("PRAGMA synchronous=OFF");
        var spin = default(SpinWait);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var now = connection.Checkpoint();
            if (now.Pages < before.Pages || (now.Moved == now.Pages && now == before))
            {
                // It has started anew, or nobody writes any more.
                break;
            }

            before = now;
            spin.SpinOnce(sleep1Threshold: 0);
        }

        connection.Execute("PRAGMA synchronous=NORMAL");
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
