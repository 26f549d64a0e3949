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
    // A power failure must not bring back what was invalidated long ago.
    private readonly LogCheckpoint _log = new(file, alwaysFlushed: true);
    private SqliteConnection? _connection;
    private volatile Known _known = new(0);
    private long _generation = -1;
    private long _loaded;

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
    public bool BarsCache(string cacheId, long stamp)
    {
        var known = _known;
        return stamp < known.Floor || (known.Caches.TryGetValue(cacheId, out var barrier) && stamp < barrier);
    }

    public bool BarsTag(string tag, long stamp)
    {
        var known = _known;
        return stamp < known.Floor || (known.Tags.TryGetValue(tag, out var barrier) && stamp < barrier);
    }

    public void InvalidateTags(IEnumerable<string> tags) => Invalidate(TagKind, tags);

    public void InvalidateCache(string cacheId) => Invalidate(CacheKind, [cacheId]);

    public T UseDatabase<T>(Func<SqliteConnection, T> use)
    {
        lock (_lock)
        {
            return Run(use);
        }
    }

    /// <summary>Background work, one call at a time: every invalidation of any process makes the log of the control database longer.</summary>
    public void Maintain() => _log.RunWhenLong();

    public void Dispose()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
            _log.Dispose();
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

            // A power failure can take the time back, but not before the last start: what is invalidated from here on is later than every entry.
            connection.Execute(FormattableString.Invariant($"UPDATE clock SET stamp = max(stamp, {timeProvider.GetUtcNow().UtcTicks})"));
            return 0;
        });
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

        // All anew where some were forgotten. Until it is complete, look-ups go on with what was known.
        var anew = _loaded == 0 || _known.Floor != floor;
        var known = anew ? new Known(floor) : _known;
        using var rows = connection.Prepare("SELECT kind, name, stamp FROM barriers WHERE stamp > ?1 AND stamp <= ?2").Bind(1, anew ? 0 : _loaded).Bind(2, stamp);
        while (rows.Step())
        {
            (rows.Number(0) == TagKind ? known.Tags : known.Caches)[rows.Text(1) ?? ""] = rows.Number(2);
        }

        _known = known;

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

        if (_known.Tags.Count + _known.Caches.Count > MostBarriers)
        {
            // Forgetting barriers needs everything from before them to be forgotten too.
            connection.Execute(
                "UPDATE clock SET floor = (SELECT stamp FROM barriers ORDER BY stamp LIMIT 1 OFFSET (SELECT count(*) / 2 FROM barriers))");
            connection.Execute("DELETE FROM barriers WHERE stamp <= (SELECT floor FROM clock)");
        }

        return 0;
    }

    /// <summary>The barriers since a floor, below which everything is barred.</summary>
    private sealed class Known(long floor)
    {
        public long Floor => floor;

        public ConcurrentDictionary<string, long> Tags { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, long> Caches { get; } = new(StringComparer.Ordinal);
    }
}
