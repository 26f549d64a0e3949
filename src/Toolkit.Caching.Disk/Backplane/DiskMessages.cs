using Microsoft.Extensions.Logging;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>The messages of a folder's processes in its control database, numbered without gaps. For one thread at a time.</summary>
internal sealed class DiskMessages(DiskCacheOptions options, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private const int Kept = 1000;

    // A process that died between its row and its announcement leaves the row to be found without one.
    private const int LooksBetweenReads = 20;
    private const int PublishedBetweenCheckpoints = 200;

    private readonly byte[] _sender = Guid.NewGuid().ToByteArray();
    private SharedClock? _clock;
    private DatabaseFile? _file;
    private SqliteConnection? _connection;
    private long _generation;
    private long _announced;
    private long _last = -1;
    private int _looks;
    private LogCheckpoint? _log;
    private int _published;

    public void Publish(byte[] message)
    {
        Run(connection => Transaction.Run(connection, options, timeProvider, () =>
        {
            using var insert = connection.Prepare("INSERT INTO messages(sender, message) VALUES(?1, ?2)");
            insert.Bind(1, _sender).Bind(2, message).Run();
            connection.Execute(FormattableString.Invariant($"DELETE FROM messages WHERE id <= last_insert_rowid() - {Kept}"));
            return 0;
        }));
        _clock!.MessagePublished();
        if (++_published % PublishedBetweenCheckpoints == 0)
        {
            // A store on the folder looks after the log of the control database too, but there may be none.
            _log!.RunWhenLong();
        }
    }

    /// <summary>Opens the folder; messages from here on are read.</summary>
    public void Open() => Run(Start);

    /// <summary>Hands on what came since the last call, one after the other.</summary>
    public void Read(Action<CacheInvalidation> handle)
    {
        if (_last < 0)
        {
            // It could not be opened before: what was missed meanwhile is unknown.
            Run(Start);
            handle(CacheInvalidation.Everything);
            return;
        }

        var announced = _clock!.Messages;
        if (announced == _announced && _file!.Generation == _generation && ++_looks < LooksBetweenReads)
        {
            return;
        }

        _looks = 0;
        foreach (var invalidation in Run(ReadRows))
        {
            handle(invalidation);
        }

        _announced = announced;
    }

    public void Dispose()
    {
        Disconnect();
        _log?.Dispose();
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static long Newest(SqliteConnection connection) =>
        connection.QueryNumber("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'messages'");

    private int Start(SqliteConnection connection)
    {
        _announced = _clock!.Messages;
        _last = Newest(connection);
        return 0;
    }

    private List<CacheInvalidation> ReadRows(SqliteConnection connection)
    {
        var found = new List<CacheInvalidation>();
        var last = _last;
        using (var rows = connection.Prepare("SELECT id, sender, message FROM messages WHERE id > ?1 ORDER BY id").Bind(1, last))
        {
            while (rows.Step())
            {
                if (rows.Number(0) != last + 1)
                {
                    found.Add(CacheInvalidation.Everything);
                }

                last = rows.Number(0);
                if (!rows.Blob(1).SequenceEqual(_sender))
                {
                    found.Add(CacheInvalidationFormat.Read(rows.Blob(2)));
                }
            }
        }

        _last = last;
        return found;
    }

    private T Run<T>(Func<SqliteConnection, T> use)
    {
        for (var attempt = 0; ; attempt++)
        {
            Connect();
            try
            {
                return use(_connection!);
            }
            catch (SqliteFailure failure) when (failure.IsCorruption && attempt == 0)
            {
                Disconnect();
                _file!.Quarantine(_generation);
            }
        }
    }

    private void Connect()
    {
        if (_file is null)
        {
            DiskLayout.Prepare(options, timeProvider);
            _clock = new SharedClock(options, timeProvider);
            _file = new DatabaseFile(Path.Combine(options.Folder, "control.db"), 0, ControlSchema.Sql, options, _clock, timeProvider, logger);
            _log = new LogCheckpoint(_file, alwaysFlushed: true);
            _generation = _file.Generation;
        }

        if (_connection is not null && _generation == _file.Generation)
        {
            return;
        }

        Disconnect();
        var generation = _file.Generation;
        _connection = _file.Open(generation, forWriting: true);
        if (generation != _generation && _last >= 0)
        {
            // The new database counts from one: with -1 as the number before, the next row is one after a gap.
            _last = -1;
        }

        _generation = generation;
    }
}
