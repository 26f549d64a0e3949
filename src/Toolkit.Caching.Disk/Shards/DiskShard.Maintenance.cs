using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

internal sealed partial class DiskShard
{
    private const int TrashPerSweep = 256;
    private const int RowsPerSweep = 512;
    private const int RowsPerTransaction = 32;
    private const int PagesPerVacuum = 64;
    private static readonly TimeSpan LeaseKept = TimeSpan.FromHours(1);

    private readonly LogCheckpoint _log;
    private long _nextRow = long.MinValue;
    private long _sweptGeneration = -1;
    private long? _replacedAt;

    /// <summary>One round of background work: touches, log, trash, a stretch of expired entries, free pages.</summary>
    public void Maintain()
    {
        SweepOrphans();
        FlushTouches();
        _log.RunWhenLong();
        SweepExpired();
        if (_writes.UseConnection(connection => connection.QueryNumber("PRAGMA freelist_count") > connection.QueryNumber("PRAGMA page_count") / 4))
        {
            Vacuum(FormattableString.Invariant($"PRAGMA incremental_vacuum({PagesPerVacuum})"));
        }
    }

    /// <summary>Deletes value files that no row names; on opening and in checks.</summary>
    public int SweepFiles(TimeSpan grace)
    {
        SweepTrash();
        return _values.Sweep(() => UseReader(ReadNamedFiles), grace);
    }

    public DiskShardStatistics Statistics() => _writes.UseConnection(connection => new DiskShardStatistics(
        connection.QueryNumber("SELECT entries FROM totals"),
        connection.QueryNumber("SELECT bytes FROM totals"),
        Length(_file.Path) + Length(_file.Path + "-wal"),
        Volatile.Read(ref _evictions),
        Volatile.Read(ref _damaged),
        _file.Quarantined));

    public void AddUsage(Dictionary<string, (long Entries, long Bytes)> usage) => _writes.UseConnection(connection =>
    {
        using var rows = connection.Prepare(
            "SELECT caches.name, count(*), sum(entries.size) FROM entries JOIN caches ON caches.id = entries.cache GROUP BY caches.id");
        while (rows.Step())
        {
            var name = rows.Text(0) ?? "";
            var (entries, bytes) = usage.GetValueOrDefault(name);
            usage[name] = (entries + rows.Number(1), bytes + rows.Number(2));
        }

        return 0;
    });

    /// <summary>Deletes the rows of one cache in slices, between which others can write.</summary>
    public long RemoveCache(string cacheId, CancellationToken cancellationToken)
    {
        var removed = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var slice = _writes.Use(writer =>
            {
                using var delete = writer.Connection.Prepare(
                    "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE cache = (SELECT id FROM caches WHERE name = ?1) LIMIT ?2)");
                delete.Bind(1, cacheId).Bind(2, RowsPerSweep).Run();
                writer.HasTrash = true;
                return writer.Connection.QueryNumber("SELECT changes()");
            });
            removed += slice;
            if (slice == 0)
            {
                SweepTrash();
                return removed;
            }
        }
    }

    /// <summary>Reads everything: the database's own check, and every record and value file. Removes what is damaged.</summary>
    public (IReadOnlyList<string> Problems, long Damaged) Check(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        _writes.UseConnection(connection =>
        {
            using var rows = connection.Prepare("PRAGMA integrity_check(20)");
            while (rows.Step())
            {
                if (rows.Text(0) is { } text and not "ok")
                {
                    problems.Add($"{_file.Path}: {text}");
                }
            }

            return 0;
        });
        var damaged = RemoveDamaged(cancellationToken);
        _writes.Use(writer =>
        {
            var connection = writer.Connection;
            var (entries, bytes) = (connection.QueryNumber("SELECT count(*) FROM entries"), connection.QueryNumber("SELECT coalesce(sum(size), 0) FROM entries"));
            if (entries != connection.QueryNumber("SELECT entries FROM totals") || bytes != connection.QueryNumber("SELECT bytes FROM totals"))
            {
                problems.Add($"{_file.Path}: the totals were not those of the {entries} entries with {bytes} bytes; they are now");
                writer.CorrectTotals();
            }

            return 0;
        });
        return (problems, damaged);
    }

    internal string PathForTests => _file.Path;

    /// <summary>Makes the writer's connection say that the disk is full at this size: a real full disk is not for tests to make.</summary>
    internal void LimitPagesForTests(int pages) =>
        _writes.UseConnection(connection => connection.QueryNumber(FormattableString.Invariant($"PRAGMA max_page_count={pages}")));

    internal void SpoilTotalsForTests(long bytes) => _writes.Use(writer =>
    {
        writer.Connection.Execute(FormattableString.Invariant($"UPDATE totals SET bytes = {bytes}"));
        return 0;
    });

    /// <summary>Gives all free pages and the log back; waits for others for as long as the busy time-out says.</summary>
    public void Vacuum()
    {
        Vacuum("PRAGMA incremental_vacuum");

        // Not the background's connection: that is for one thread at a time.
        using var log = new LogCheckpoint(_file, alwaysFlushed: false);
        log.Truncate();
    }

    private void Vacuum(string statement) => _writes.Use(writer =>
    {
        writer.Connection.Execute(statement);
        return 0;
    });

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private long RemoveDamaged(CancellationToken cancellationToken)
    {
        var damaged = 0L;
        var from = long.MinValue;
        for (var more = true; more;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            more = _writes.Use(writer =>
            {
                var bad = new List<(long Row, long Used, long File)>();
                var rows = 0;
                using (var read = writer.Connection.Prepare("SELECT id, used, file, record FROM entries WHERE id >= ?1 ORDER BY id LIMIT ?2").Bind(1, from).Bind(2, RowsPerSweep))
                {
                    while (read.Step())
                    {
                        rows++;
                        from = read.Number(0) + 1;
                        var file = read.Number(2);
                        if (!DiskRecord.TryRead(read.Blob(3), file != 0, out var record)
                            || (file != 0 && _values.Read(file, record.ValueLength, record.FileChecksum) is null))
                        {
                            bad.Add((read.Number(0), read.Number(1), file));
                        }
                    }
                }

                foreach (var (row, used, file) in bad)
                {
                    writer.Discard(row, used, file);
                }

                damaged += bad.Count;
                return rows == RowsPerSweep;
            });
        }

        return damaged;
    }

    private void SweepExpired()
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        var (rows, last, expired) = UseReader(connection => FindExpired(connection, now));
        _nextRow = rows < RowsPerSweep ? long.MinValue : last + 1;
        if (expired.Count == 0)
        {
            return;
        }

        foreach (var chunk in expired.Chunk(RowsPerTransaction))
        {
            _writes.Use(writer =>
            {
                using var delete = writer.Connection.Prepare("DELETE FROM entries WHERE id = ?1 AND expires <= ?2 RETURNING file");
                foreach (var row in chunk)
                {
                    delete.Bind(1, row).Bind(2, now);
                    writer.HasTrash |= delete.Step() && delete.Number(0) != 0;
                    delete.Reset();
                }

                return 0;
            });
        }

        _writes.Use(writer =>
        {
            using var leases = writer.Connection.Prepare("DELETE FROM leases WHERE until < ?1").Bind(1, now - LeaseKept.Ticks);
            leases.Run();
            return 0;
        });
        SweepTrash();
    }

    private (int Rows, long Last, List<long> Expired) FindExpired(SqliteConnection connection, long now)
    {
        var expired = new List<long>();
        var rows = 0;
        var last = 0L;
        using var read = connection.Prepare("SELECT id, expires FROM entries WHERE id >= ?1 ORDER BY id LIMIT ?2").Bind(1, _nextRow).Bind(2, RowsPerSweep);
        while (read.Step())
        {
            rows++;
            last = read.Number(0);
            if (read.Number(1) <= now)
            {
                expired.Add(last);
            }
        }

        return (rows, last, expired);
    }

    private static HashSet<long> ReadNamedFiles(SqliteConnection connection)
    {
        var files = new HashSet<long>();
        using var rows = connection.Prepare("SELECT file FROM entries WHERE file <> 0");
        while (rows.Step())
        {
            files.Add(rows.Number(0));
        }

        return files;
    }

    // A long read that no writer waits for.
    private T UseReader<T>(Func<SqliteConnection, T> use) => UseShardReader(reader => use(reader.Connection));

    private T UseShardReader<T>(Func<ShardReader, T> use)
    {
        var reader = _readers.Rent();
        try
        {
            var result = use(reader);
            _readers.Return(reader);
            return result;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    // After opening; and when the database was replaced, which leaves the files of the old one, as soon as they are old enough.
    private void SweepOrphans()
    {
        var generation = _file.Generation;
        if (generation == _sweptGeneration)
        {
            return;
        }

        if (_sweptGeneration >= 0)
        {
            _replacedAt ??= _timeProvider.GetTimestamp();
            if (_timeProvider.GetElapsedTime(_replacedAt.Value) <= DiskCacheStore.OrphanGrace)
            {
                return;
            }
        }

        SweepFiles(DiskCacheStore.OrphanGrace);
        _sweptGeneration = generation;
        _replacedAt = null;
    }

    private void SweepTrash() => _writes.Use(writer =>
    {
        writer.HasTrash = true;
        DeleteTrash(writer);
        return 0;
    });

    private void AfterCommit(ShardWriter writer)
    {
        if (writer.Evictions > 0)
        {
            Interlocked.Add(ref _evictions, writer.Evictions);
            writer.Evictions = 0;
        }

        if (!writer.HasTrash)
        {
            return;
        }

        try
        {
            writer.Begin();
            DeleteTrash(writer);
            writer.Commit();
        }
        catch (Exception exception) when (exception is SqliteFailure or CacheStoreException)
        {
            // The writes themselves are committed; the trash table keeps the names for the next time.
            writer.RollBack();
        }
    }

    private void DeleteTrash(ShardWriter writer)
    {
        var files = new List<long>();
        using (var read = writer.Connection.Prepare("SELECT file FROM trash LIMIT ?1").Bind(1, TrashPerSweep))
        {
            while (read.Step())
            {
                files.Add(read.Number(0));
            }
        }

        using var delete = writer.Connection.Prepare("DELETE FROM trash WHERE file = ?1");
        foreach (var file in files)
        {
            _values.Delete(file);
            delete.Bind(1, file).Run();
        }

        writer.HasTrash = files.Count == TrashPerSweep;
    }
}
