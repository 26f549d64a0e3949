using System.Globalization;
using Microsoft.Data.Sqlite;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>
/// The database. A write is on disk when it returns (write-ahead log with a sync for each transaction); many messages share one
/// transaction. Used by one thread at a time.
/// </summary>
internal sealed class SpoolFile : IDisposable
{
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;

    /// <exception cref="InvalidOperationException">The file can't be used; the text names the setting.</exception>
    public SpoolFile(string path)
    {
        _lock = OpenLock(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode=WAL");
            Execute("PRAGMA synchronous=FULL");
            const string Columns = "destination TEXT NOT NULL, routing_key TEXT, message_id TEXT NOT NULL, key TEXT, body BLOB NOT NULL, content_type TEXT, headers BLOB NOT NULL, traceparent TEXT, tracestate TEXT, time TEXT NOT NULL";
            Execute($"CREATE TABLE IF NOT EXISTS messages (sequence INTEGER PRIMARY KEY AUTOINCREMENT, {Columns})");
            Execute($"CREATE TABLE IF NOT EXISTS refused (sequence INTEGER PRIMARY KEY, error TEXT NOT NULL, {Columns})");
        }
        catch (SqliteException exception)
        {
            Dispose();
            throw new InvalidOperationException($"The spool {path} (SpoolOptions.Path) can't be used: {exception.Message}", exception);
        }
    }

    public long Count() => Convert.ToInt64(Scalar("SELECT COUNT(*) FROM messages"), CultureInfo.InvariantCulture);

    public long CountRefused() => Convert.ToInt64(Scalar("SELECT COUNT(*) FROM refused"), CultureInfo.InvariantCulture);

    public void Append(IEnumerable<PublishRequest> requests)
    {
        using var transaction = _connection.BeginTransaction();
        using var insert = _connection.CreateCommand();
        insert.CommandText = "INSERT INTO messages (destination, routing_key, message_id, key, body, content_type, headers, traceparent, tracestate, time) VALUES ($d, $r, $i, $k, $b, $c, $h, $p, $s, $t)";
        foreach (var request in requests)
        {
            insert.Parameters.Clear();
            Add(insert, "$d", request.Destination.Name);
            Add(insert, "$r", request.Destination.RoutingKey);
            Add(insert, "$i", request.MessageId);
            Add(insert, "$k", request.Key);
            Add(insert, "$b", request.Body.ToArray());
            Add(insert, "$c", request.ContentType);
            Add(insert, "$h", SpoolHeaders.Write(request.Headers));
            Add(insert, "$p", request.TraceParent);
            Add(insert, "$s", request.TraceState);
            Add(insert, "$t", request.Timestamp.ToString("O", CultureInfo.InvariantCulture));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>The oldest messages, until there are <paramref name="count"/> of them or their bodies have <paramref name="bytes"/>.</summary>
    public List<SpooledMessage> Read(int count, long bytes)
    {
        using var select = _connection.CreateCommand();
        select.CommandText = "SELECT sequence, destination, routing_key, message_id, key, body, content_type, headers, traceparent, tracestate, time FROM messages ORDER BY sequence LIMIT $n";
        Add(select, "$n", count);
        using var reader = select.ExecuteReader();
        var messages = new List<SpooledMessage>();
        while (bytes > 0 && reader.Read())
        {
            var message = new SpooledMessage(
                reader.GetInt64(0),
                new Destination(reader.GetString(1), Text(reader, 2)),
                reader.GetString(3),
                Text(reader, 4),
                (byte[])reader.GetValue(5),
                Text(reader, 6),
                (byte[])reader.GetValue(7),
                Text(reader, 8),
                Text(reader, 9),
                DateTimeOffset.Parse(reader.GetString(10), CultureInfo.InvariantCulture));
            messages.Add(message);
            bytes -= message.Body.Length;
        }

        return messages;
    }

    /// <summary>
    /// Takes messages out, in one transaction. One with an error, which the broker will never take, is put aside: so it holds
    /// up nothing and is not lost.
    /// </summary>
    public void Remove(IEnumerable<(long Sequence, string? Error)> messages)
    {
        using var transaction = _connection.BeginTransaction();
        using var refuse = _connection.CreateCommand();
        refuse.CommandText = "INSERT INTO refused SELECT sequence, $e, destination, routing_key, message_id, key, body, content_type, headers, traceparent, tracestate, time FROM messages WHERE sequence = $s";
        using var delete = _connection.CreateCommand();
        delete.CommandText = "DELETE FROM messages WHERE sequence = $s";
        foreach (var (sequence, error) in messages)
        {
            if (error is not null)
            {
                refuse.Parameters.Clear();
                Add(refuse, "$e", error);
                Add(refuse, "$s", sequence);
                refuse.ExecuteNonQuery();
            }

            delete.Parameters.Clear();
            Add(delete, "$s", sequence);
            delete.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    // Two that forward the same messages would send each of them twice, and count wrongly. The system lets go of the lock
    // when the process ends, however it ends.
    private static FileStream OpenLock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new InvalidOperationException($"The folder of the spool {path} (SpoolOptions.Path) does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The spool {path} (SpoolOptions.Path) can't be used; one process and one publisher at a time uses a file. {exception.Message}", exception);
        }
    }

    private static void Add(SqliteCommand command, string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
