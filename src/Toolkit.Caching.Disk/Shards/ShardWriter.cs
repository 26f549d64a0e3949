namespace Toolkit.Caching.Disk;

/// <summary>The one connection of this process that writes to a shard, with its statements. Used under the write queue's lock.</summary>
internal sealed partial class ShardWriter : IDisposable
{
    private const long RowOverhead = 64;
    private const long FileBlock = 4096;

    // A clock that was set back by more than this makes what was stored «later» untrustworthy.
    private static readonly long ClockTolerance = TimeSpan.FromSeconds(2).Ticks;

    private readonly SqliteConnection _connection;
    private readonly DiskCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly long _sizeLimit;
    private readonly Dictionary<string, long> _cacheNumbers = new(StringComparer.Ordinal);
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _upsert;
    private readonly SqliteStatement _bytes;
    private readonly SqliteStatement _findCache;
    private readonly SqliteStatement _addCache;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _touch;
    private readonly SqliteStatement _sample;
    private readonly SqliteStatement _leaseToken;
    private readonly SqliteStatement _takeLease;
    private readonly SqliteStatement _renewLease;
    private readonly SqliteStatement _dropLease;
    private readonly SqliteStatement _dropAnyLease;

    public ShardWriter(DatabaseFile file, DiskCacheOptions options, TimeProvider timeProvider, long sizeLimit)
    {
        Generation = file.Generation;
        _options = options;
        _timeProvider = timeProvider;
        _sizeLimit = sizeLimit;
        _connection = file.Open(Generation, forWriting: true);
        try
        {
            _begin = _connection.Prepare("BEGIN IMMEDIATE");
            _commit = _connection.Prepare("COMMIT");
            _upsert = _connection.Prepare(
                "INSERT INTO entries VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(id) DO UPDATE SET used = excluded.used, "
                + "expires = excluded.expires, size = excluded.size, cache = excluded.cache, file = excluded.file, record = excluded.record");
            _bytes = _connection.Prepare("SELECT bytes FROM totals");
            _findCache = _connection.Prepare("SELECT id FROM caches WHERE name = ?1");
            _addCache = _connection.Prepare("INSERT INTO caches(name) VALUES(?1)");
            _find = _connection.Prepare("SELECT file, record, size FROM entries WHERE id = ?1");
            _delete = _connection.Prepare("DELETE FROM entries WHERE id = ?1");
            // A read of what has been replaced since says nothing about the new entry; one that another process has just noted needs no second note.
            _touch = _connection.Prepare(
                "UPDATE entries SET used = ?2, expires = max(expires, ?3) WHERE id = ?1 AND used < ?2 AND (used < ?2 - ?4 OR expires < ?3)");
            _sample = _connection.Prepare("SELECT id, used, expires, size, file FROM entries WHERE id >= ?1 ORDER BY id LIMIT ?2");
            _leaseToken = _connection.Prepare("SELECT token FROM leases WHERE key = ?1");
            _takeLease = _connection.Prepare(
                "INSERT INTO leases VALUES(?1, ?2, ?3, ?4) ON CONFLICT(key) DO UPDATE SET token = excluded.token, since = excluded.since, "
                + "until = excluded.until WHERE until <= excluded.since OR since > excluded.since + ?5");
            _renewLease = _connection.Prepare("UPDATE leases SET until = ?3, since = ?4 WHERE key = ?1 AND token = ?2");
            _dropLease = _connection.Prepare("DELETE FROM leases WHERE key = ?1 AND token = ?2");
            _dropAnyLease = _connection.Prepare("DELETE FROM leases WHERE key = ?1");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>The generation of the database file that this connection has open.</summary>
    public long Generation { get; }

    /// <summary>Entries that this connection evicted since the count was last taken.</summary>
    public long Evictions { get; set; }

    /// <summary>Whether a transaction since the last sweep may have left files to delete.</summary>
    public bool HasTrash { get; set; }

    public SqliteConnection Connection => _connection;

    public void Begin() => Transaction.Begin(_begin, _options, _timeProvider);

    public void Commit() => _commit.Run();

    public void RollBack()
    {
        _cacheNumbers.Clear();
        Transaction.RollBack(_connection);
    }

    public bool Set(SetOperation operation)
    {
        if (operation.Lease is { } token && !Holds(operation.Key.Span, token))
        {
            return false;
        }

        var size = operation.Size + RowOverhead;
        if (size > _sizeLimit || (_options.Eviction == DiskEvictionPolicy.None && !HasRoom(operation, size)))
        {
            // What it was to replace must not stay.
            Delete(operation.Hash, operation.Key.Span);
            return false;
        }

        _upsert.Bind(1, DiskShard.RowOf(operation.Hash))
            .Bind(2, operation.Parts.StoredTicks)
            .Bind(3, operation.Parts.ExpiresTicks)
            .Bind(4, size)
            .Bind(5, CacheNumber(operation.CacheId))
            .Bind(6, operation.File)
            .Bind(7, operation.Record.Span)
            .Run();
        HasTrash |= operation.File != 0;
        EvictBeyondLimit(size);
        return true;
    }

    private bool HasRoom(SetOperation operation, long size)
    {
        var bytes = Bytes();
        if (bytes < 0 || bytes > _sizeLimit)
        {
            CorrectTotals();
            bytes = Bytes();
        }

        _find.Bind(1, DiskShard.RowOf(operation.Hash));
        var replaced = _find.Step() ? _find.Number(2) : 0;
        _find.Reset();
        return bytes - replaced + size <= _sizeLimit;
    }

    public bool Remove(ulong hash, ReadOnlySpan<byte> key, long now, Func<DiskRecordParts, bool> isLive)
    {
        _dropAnyLease.Bind(1, key).Run();
        return Delete(hash, key) is { } record && isLive(record) && record.DeadlineTicks > now;
    }

    /// <summary>Deletes a row that a reader found to be damaged, unless it was replaced meanwhile.</summary>
    public bool Discard(long row, long used, long file)
    {
        using var statement = _connection.Prepare("DELETE FROM entries WHERE id = ?1 AND used = ?2 AND file = ?3 RETURNING file").Bind(1, row).Bind(2, used).Bind(3, file);
        var deleted = statement.Step();
        HasTrash |= deleted && statement.Number(0) != 0;
        return deleted;
    }

    public void Touch(long row, long used, long expires) => _touch.Bind(1, row).Bind(2, used).Bind(3, expires).Bind(4, DiskShard.TouchResolution).Run();

    public long Bytes()
    {
        _bytes.Step();
        var bytes = _bytes.Number(0);
        _bytes.Reset();
        return bytes;
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_begin, _commit, _upsert, _bytes, _findCache, _addCache, _find, _delete, _touch, _sample, _leaseToken, _takeLease, _renewLease, _dropLease, _dropAnyLease])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    public static long SizeOf(int recordLength, int fileLength) =>
        recordLength + ((fileLength + FileBlock - 1) / FileBlock * FileBlock);

    private DiskRecordParts? Delete(ulong hash, ReadOnlySpan<byte> key)
    {
        DiskRecordParts? found = null;
        _find.Bind(1, DiskShard.RowOf(hash));
        if (_find.Step())
        {
            var hasFile = _find.Number(0) != 0;
            if (DiskRecord.TryRead(_find.Blob(1), hasFile, out var record) && record.Key.SequenceEqual(key))
            {
                HasTrash |= hasFile;
                found = new DiskRecordParts(record.Stamp, record.StoredTicks, record.SlidingTicks, record.DeadlineTicks, 0, 0);
            }
        }

        _find.Reset();
        if (found is not null)
        {
            _delete.Bind(1, DiskShard.RowOf(hash)).Run();
        }

        return found;
    }

    private long CacheNumber(string cacheId)
    {
        if (_cacheNumbers.TryGetValue(cacheId, out var number))
        {
            return number;
        }

        _findCache.Bind(1, cacheId);
        if (_findCache.Step())
        {
            number = _findCache.Number(0);
            _findCache.Reset();
        }
        else
        {
            _addCache.Bind(1, cacheId).Run();
            number = _connection.QueryNumber("SELECT last_insert_rowid()");
        }

        return _cacheNumbers[cacheId] = number;
    }
}
