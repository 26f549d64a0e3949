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
    private readonly SqliteConnection _connection;

    public SpoolFile(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        const string Columns = "destination TEXT NOT NULL, routing_key TEXT, message_id TEXT NOT NULL, key TEXT, body BLOB NOT NULL, content_type TEXT, headers BLOB NOT NULL, traceparent TEXT, tracestate TEXT, time TEXT NOT NULL";
        Execute($"CREATE TABLE IF NOT EXISTS messages (sequence INTEGER PRIMARY KEY AUTOINCREMENT, {Columns})");
        Execute($"CREATE TABLE IF NOT EXISTS refused (sequence INTEGER PRIMARY KEY, error TEXT NOT NULL, {Columns})");
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

    public List<SpooledMessage> Read(long after, int count)
    {
        using var select = _connection.CreateCommand();
        select.CommandText = "SELECT sequence, destination, routing_key, message_id, key, body, content_type, headers, traceparent, tracestate, time FROM messages WHERE sequence > $a ORDER BY sequence LIMIT $n";
        Add(select, "$a", after);
        Add(select, "$n", count);
        using var reader = select.ExecuteReader();
        var messages = new List<SpooledMessage>();
        while (reader.Read())
        {
            messages.Add(new SpooledMessage(
                reader.GetInt64(0),
                new Destination(reader.GetString(1), Text(reader, 2)),
                reader.GetString(3),
                Text(reader, 4),
                (byte[])reader.GetValue(5),
                Text(reader, 6),
                (byte[])reader.GetValue(7),
                Text(reader, 8),
                Text(reader, 9),
                DateTimeOffset.Parse(reader.GetString(10), CultureInfo.InvariantCulture)));
        }

        return messages;
    }

    public void Delete(IEnumerable<long> sequences)
    {
        using var transaction = _connection.BeginTransaction();
        using var delete = _connection.CreateCommand();
        delete.CommandText = "DELETE FROM messages WHERE sequence = $s";
        foreach (var sequence in sequences)
        {
            delete.Parameters.Clear();
            Add(delete, "$s", sequence);
            delete.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Puts a message aside that the broker will never take, so that it holds up nothing and is not lost.</summary>
    public void Refuse(long sequence, string error)
    {
        using var transaction = _connection.BeginTransaction();
        using var move = _connection.CreateCommand();
        move.CommandText = "INSERT INTO refused SELECT sequence, $e, destination, routing_key, message_id, key, body, content_type, headers, traceparent, tracestate, time FROM messages WHERE sequence = $s; DELETE FROM messages WHERE sequence = $s";
        Add(move, "$e", error);
        Add(move, "$s", sequence);
        move.ExecuteNonQuery();
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

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
