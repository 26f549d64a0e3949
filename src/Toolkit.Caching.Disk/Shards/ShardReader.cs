namespace Toolkit.Caching.Disk;

/// <summary>A pooled connection for look-ups, with its statement.</summary>
internal sealed class ShardReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _find;

    public ShardReader(DatabaseFile file)
    {
        Generation = file.Generation;
        _connection = file.Open(Generation, forWriting: false);
        _find = _connection.Prepare("SELECT used, expires, file, record FROM entries WHERE id = ?1");
    }

    public long Generation { get; }

    public SqliteConnection Connection => _connection;

    /// <summary>Finds a row; the columns are valid until <see cref="Done"/>.</summary>
    public bool Find(long row) => _find.Bind(1, row).Step();

    public long Used => _find.Number(0);

    public long Expires => _find.Number(1);

    public long File => _find.Number(2);

    public ReadOnlySpan<byte> Record => _find.Blob(3);

    public void Done() => _find.Reset();

    public void Dispose()
    {
        _find.Dispose();
        _connection.Dispose();
    }
}
