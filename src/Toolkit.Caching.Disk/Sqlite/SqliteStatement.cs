using SQLitePCL;

namespace Toolkit.Caching.Disk;

/// <summary>A prepared statement; parameters count from 1, columns from 0.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement) : IDisposable
{
    public SqliteStatement Bind(int parameter, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        connection.Check(raw.sqlite3_bind_blob(statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        connection.Check(value is null ? raw.sqlite3_bind_null(statement, parameter) : raw.sqlite3_bind_text(statement, parameter, value));
        return this;
    }

    /// <summary>The next row, or the end, after which the statement can be bound again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        raw.sqlite3_reset(statement);
        connection.Check(code);
        return false;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Runs a statement that returns no rows, and says whether it could: a writer that waits would spend more on exceptions than on its write.</summary>
    /// <returns><see langword="false"/> while another connection writes.</returns>
    public bool TryRun()
    {
        var code = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (SqliteFailure.MeansBusy(code))
        {
            return false;
        }

        connection.Check(code);
        return true;
    }

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>The bytes of a column, valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public string? Text(int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(statement, column).utf8_to_string();

    public void Reset() => raw.sqlite3_reset(statement);

    public void Dispose() => raw.sqlite3_finalize(statement);
}
