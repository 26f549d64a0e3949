using SQLitePCL;

namespace Toolkit.Caching.Disk;

/// <summary>One connection, used by one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly sqlite3 _db;

    static SqliteConnection() => Batteries_V2.Init();

    public SqliteConnection(string path, TimeSpan openTimeout)
    {
        var code = raw.sqlite3_open_v2(
            path, out _db, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null!);
        try
        {
            Check(code);

            // Before anything that locks: two processes that open a new file at once must wait for each other.
            Check(raw.sqlite3_busy_timeout(_db, (int)openTimeout.TotalMilliseconds));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path => raw.sqlite3_db_filename(_db, "main").utf8_to_string();

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out var statement));
        return new SqliteStatement(this, statement);
    }

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    public long QueryNumber(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    public string QueryText(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) ?? "" : "";
    }

    /// <summary>From here on a busy database is told at once instead of waited for in SQLite's own, coarse steps.</summary>
    public void StopWaiting() => Check(raw.sqlite3_busy_timeout(_db, 0));

    /// <summary>Moves what it can from the log to the database without holding anyone up.</summary>
    /// <returns>The pages in the log, and how many of them are in the database now.</returns>
    public (int Pages, int Moved) Checkpoint()
    {
        _ = raw.sqlite3_wal_checkpoint_v2(_db, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var pages, out var moved);
        return (pages, moved);
    }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Throw(code);
        }
    }

    public void Dispose() => raw.sqlite3_close_v2(_db);

    private void Throw(int code) =>
        throw new SqliteFailure(code, $"SQLite error {code}: {raw.sqlite3_errmsg(_db).utf8_to_string()}");
}
