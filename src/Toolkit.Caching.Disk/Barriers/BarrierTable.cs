using System.Collections.Concurrent;

namespace Toolkit.Caching.Disk;

/// <summary>
/// The logical times at which tags and caches were invalidated. An entry is valid when its stamp is not older than any barrier
/// that concerns it. Written to the control database first and then announced in <see cref="SharedClock"/>; a reader
/// whose time is not the announced one reads the new barriers before it trusts an entry.
/// </summary>
internal sealed class BarrierTable(DatabaseFile file, DiskCacheOptions options, SharedClock clock, TimeProvider timeProvider) : IDisposable
{
    private const int TagKind = 0;
    private const int CacheKind = 1;
    private const int MostBarriers = 100_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, long> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _caches = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private long _generation = -1;
    private long _loaded;
    private long _floor;

    /// <summary>The logical time of now: taken before anything else is read, it is what a look-up hands out.</summary>
    public long Now()
    {
        var stamp = clock.Stamp;
        if (stamp != Volatile.Read(ref _loaded) || file.Generation != Volatile.Read(ref _generation))
        {
            lock (_lock)
            {
                Run(Load);
            }

            stamp = Volatile.Read(ref _loaded);
        }

        return stamp;
    }

    /// <summary>Whether an entry of this cache, stored at <paramref name="stamp"/>, is older than its cache's barrier.</summary>
    public bool BarsCache(string cacheId, long stamp) =>
        stamp < Volatile.Read(ref _floor) || (_caches.TryGetValue(cacheId, out var barrier) && stamp < barrier);

    public bool BarsTag(string tag, long stamp) => _tags.TryGetValue(tag, out var barrier) && stamp < barrier;

    public void InvalidateTags(IEnumerable<string> tags) => Invalidate(TagKind, tags);

    public void InvalidateCache(string cacheId) => Invalidate(CacheKind, [cacheId]);

    public T UseDatabase<T>(Func<SqliteConnection, T> use)
    {
        lock (_lock)
        {
            return Run(use);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    private T Run<T>(Func<SqliteConnection, T> use)
    {
        for (var attempt = 0; ; attempt++)
        {
            var generation = file.Generation;
            try
            {
                return use(Connect());
            }
            catch (SqliteFailure failure) when (failure.IsCorruption && attempt == 0)
            {
                _connection?.Dispose();
                _connection = null;
                file.Quarantine(generation);
            }
        }
    }

    private SqliteConnection Connect()
    {
        if (_connection is not null && _generation == file.Generation)
        {
            return _connection;
        }

        _connection?.Dispose();
        _connection = null;
        var generation = file.Generation;
        var connection = file.Open(generation, forWriting: true);
        Transaction.Run(connection, options, timeProvider, () =>
        {
            // A new database has lost the barriers: its time starts after every stamp in use, and what is older is not trusted.
            var first = Math.Max(clock.Stamp + 1, timeProvider.GetUtcNow().UtcTicks);
            connection.Execute(FormattableString.Invariant($"INSERT OR IGNORE INTO clock VALUES(1, {first}, {first})"));
            return 0;
        });
        _tags.Clear();
        _caches.Clear();
        _loaded = 0;
        Volatile.Write(ref _generation, generation);
        _connection = connection;
        Load(connection);
        return connection;
    }

    private int Load(SqliteConnection connection)
    {
        using var read = connection.Prepare("SELECT stamp, floor FROM clock");
        read.Step();
        var (stamp, floor) = (read.Number(0), read.Number(1));
        read.Reset();
        if (floor > stamp)
        {
            // The floor is the time of a barrier, which is never later than the clock: this would bar every entry for ever.
            throw new SqliteFailure(SQLitePCL.raw.SQLITE_CORRUPT, $"the floor {floor} is after the time {stamp}");
        }

        using var rows = connection.Prepare("SELECT kind, name, stamp FROM barriers WHERE stamp > ?1 AND stamp <= ?2").Bind(1, _loaded).Bind(2, stamp);
        while (rows.Step())
        {
            (rows.Number(0) == TagKind ? _tags : _caches)[rows.Text(1) ?? ""] = rows.Number(2);
        }

        Volatile.Write(ref _floor, floor);

        // A process that died between its commit and its announcement left this to the next one.
        clock.Publish(stamp);
        Volatile.Write(ref _loaded, stamp);
        return 0;
    }

    private void Invalidate(int kind, IEnumerable<string> names)
    {
        lock (_lock)
        {
            Run(connection =>
            {
                Transaction.Run(connection, options, timeProvider, () => Write(connection, kind, names));
                return Load(connection);
            });
        }
    }

    private int Write(SqliteConnection connection, int kind, IEnumerable<string> names)
    {
        connection.Execute(FormattableString.Invariant($"UPDATE clock SET stamp = max(stamp, {clock.Stamp}) + 1"));
        using var upsert = connection.Prepare(
            "INSERT INTO barriers VALUES(?1, ?2, (SELECT stamp FROM clock)) ON CONFLICT(kind, name) DO UPDATE SET stamp = excluded.stamp");
        foreach (var name in names)
        {
            upsert.Bind(1, kind).Bind(2, name).Run();
        }

        if (_tags.Count + _caches.Count > MostBarriers)
        {
            // Forgetting barriers needs everything from before them to be forgotten too.
            connection.Execute(
                "UPDATE clock SET floor = (SELECT stamp FROM barriers ORDER BY stamp LIMIT 1 OFFSET (SELECT count(*) / 2 FROM barriers))");
            connection.Execute("DELETE FROM barriers WHERE stamp <= (SELECT floor FROM clock)");
            _tags.Clear();
            _caches.Clear();
            _loaded = 0;
        }

        return 0;
    }
}
