using System.IO.Hashing;
using Microsoft.Extensions.Logging;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>One of the database files with its value files: look-ups on pooled connections, writes through one.</summary>
internal sealed partial class DiskShard : IDisposable
{
    // A read within this time of the last one noted is not noted again: hot keys cost no bookkeeping. Each process looks whether another
    // one has noted its reads, so that a shorter time costs busy processes a good part of a core, for which others then wait.
    public static readonly long TouchResolution = TimeSpan.FromSeconds(10).Ticks;
    private static readonly long ClockTolerance = TimeSpan.FromSeconds(2).Ticks;

    // Whoever replaces an entry's file more often than this while it is read makes it a miss.
    private const int MostReplacements = 5;

    private readonly DatabaseFile _file;
    private readonly ReaderPool _readers;
    private readonly WriteQueue _writes;
    private readonly TouchBuffer _touches = new();
    private readonly ValueFiles _values;
    private readonly BarrierTable _barriers;
    private readonly DiskCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly long _sizeLimit;
    private long _evictions;
    private long _damaged;

    public DiskShard(int number, int shards, DiskCacheOptions options, SharedClock clock, BarrierTable barriers, TimeProvider timeProvider, ILogger logger)
    {
        _options = options;
        _timeProvider = timeProvider;
        _barriers = barriers;
        var name = number.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
        _file = new DatabaseFile(Path.Combine(options.Folder, $"shard-{name}.db"), number + 1, ShardSchema.Sql, options, clock, timeProvider, logger);
        _values = new ValueFiles(Path.Combine(options.Folder, "values", name), timeProvider);
        _readers = new ReaderPool(_file);
        _log = new LogCheckpoint(_file, alwaysFlushed: false);
        _sizeLimit = options.SizeLimit / shards;
        _writes = new WriteQueue(_file, () => new ShardWriter(_file, options, timeProvider, _sizeLimit), AfterCommit);
    }

    public static ulong Hash(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key);

    /// <summary>The row of a key. The lowest bits choose the shard, the whole hash the row.</summary>
    public static long RowOf(ulong hash) => (long)hash;

    public CacheStoreLookup Get(ReadOnlySpan<byte> key, ulong hash, string cacheId)
    {
        var stamp = _barriers.Now();
        for (var attempt = 0; ; attempt++)
        {
            var generation = _file.Generation;
            ShardReader? reader = null;
            try
            {
                reader = _readers.Rent();
                var lookup = Read(reader, key, hash, cacheId, stamp);
                _readers.Return(reader);
                return lookup;
            }
            catch (SqliteFailure failure) when (failure.IsCorruption && attempt == 0)
            {
                reader?.Dispose();
                _file.Quarantine(reader?.Generation ?? generation);
            }
            catch
            {
                reader?.Dispose();
                throw;
            }
        }
    }

    public ValueTask<bool> SetAsync(byte[] key, ulong hash, string cacheId, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options)
    {
        var stamp = options.Stamp == 0 ? _barriers.Now() : options.Stamp;
        var now = _timeProvider.GetUtcNow().UtcTicks;
        var large = value.Length > _options.LargeValueThreshold;
        var checksum = 0u;
        var file = large && value.Length <= _sizeLimit ? _values.Write(value.Span, out checksum) : 0;
        var parts = new DiskRecordParts(
            stamp,
            now,
            options.SlidingExpiration?.Ticks ?? 0,
            options.TimeToLive is { } timeToLive ? DiskRecordParts.Later(now, timeToLive.Ticks) : long.MaxValue,
            value.Length,
            checksum);
        var inline = large ? default : value.Span;
        var record = new byte[DiskRecord.Measure(key, options.Tags, inline.Length)];
        DiskRecord.Write(record, parts, key, options.Tags, inline);
        var operation = new SetOperation
        {
            Hash = hash,
            CacheId = cacheId,
            Key = key,
            Record = record,
            Parts = parts,
            File = file,
            Size = ShardWriter.SizeOf(record.Length, large ? value.Length : 0),
            Lease = options.Lease?.Token,
        };
        _touches.Forget(RowOf(hash));
        var task = _writes.RunAsync(operation);
        return file == 0 ? task : FinishAsync(task, file);
    }

    public ValueTask<bool> RemoveAsync(byte[] key, ulong hash, string cacheId)
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        _barriers.Now();
        return RunAsync(writer => writer.Remove(hash, key, now, parts => !_barriers.BarsCache(cacheId, parts.Stamp)));
    }

    public ValueTask<bool> RunAsync(Func<ShardWriter, bool> work) => _writes.RunAsync(new DelegateOperation(work));

    public void Dispose()
    {
        try
        {
            FlushTouches();
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception) || exception is CacheStoreException)
        {
            // Touches are hints.
        }

        _writes.Dispose();
        _readers.Dispose();
        _log.Dispose();
    }

    // A value file whose row was not written is no use to anyone.
    private async ValueTask<bool> FinishAsync(ValueTask<bool> task, long file)
    {
        var stored = false;
        try
        {
            return stored = await task.ConfigureAwait(false);
        }
        finally
        {
            if (!stored)
            {
                _values.Delete(file);
            }
        }
    }

    private CacheStoreLookup Read(ShardReader reader, ReadOnlySpan<byte> key, ulong hash, string cacheId, long stamp)
    {
        var row = RowOf(hash);
        for (var attempt = 0; ; attempt++)
        {
            if (TryRead(reader, row, key, cacheId, stamp, out var lookup) || attempt == MostReplacements)
            {
                return lookup;
            }
        }
    }

    /// <returns><see langword="false"/> when the entry was replaced while it was read.</returns>
    private bool TryRead(ShardReader reader, long row, ReadOnlySpan<byte> key, string cacheId, long stamp, out CacheStoreLookup lookup)
    {
        lookup = CacheStoreLookup.Miss(stamp);
        if (!reader.Find(row))
        {
            return true;
        }

        var used = reader.Used;
        var file = reader.File;
        ReadOnlyMemory<byte>? value;
        if (!DiskRecord.TryRead(reader.Record, file != 0, out var record))
        {
            reader.Done();
            Discard(row, used, file);
            return true;
        }

        var now = _timeProvider.GetUtcNow().UtcTicks;
        if (!record.Key.SequenceEqual(key) || !IsLive(record, reader, row, cacheId, now))
        {
            reader.Done();
            return true;
        }

        var expires = record.SlidingTicks == 0 ? 0 : Math.Min(record.DeadlineTicks, DiskRecordParts.Later(now, record.SlidingTicks));
        if (file == 0)
        {
            value = record.Value.ToArray();
            reader.Done();
        }
        else
        {
            var (length, checksum) = (record.ValueLength, record.FileChecksum);
            reader.Done();
            value = _options.MapLargeValues ? _values.Map(file, length, checksum) : _values.Read(file, length, checksum);
            if (value is null)
            {
                return !WasReplaced(reader, row, used, file);
            }
        }

        if (expires != 0 || (_options.Eviction == DiskEvictionPolicy.LeastRecentlyUsed && now - used > TouchResolution))
        {
            _touches.Add(row, now, expires);
        }

        lookup = new CacheStoreLookup(true, value.Value, stamp);
        return true;
    }

    // The file was read after the row: it may be gone because the entry was replaced or removed, which is no damage.
    private bool WasReplaced(ShardReader reader, long row, long used, long file)
    {
        if (!reader.Find(row))
        {
            return false;
        }

        var replaced = reader.File != file;
        reader.Done();
        if (!replaced)
        {
            Discard(row, used, file);
        }

        return replaced;
    }

    private bool IsLive(in DiskRecord record, ShardReader reader, long row, string cacheId, long now)
    {
        if (record.DeadlineTicks <= now || record.StoredTicks > now + ClockTolerance)
        {
            // Stored in the future: the clock was set back, and nobody knows how old the entry is.
            return record.DeadlineTicks == long.MaxValue && record.SlidingTicks == 0 && IsValid(record, cacheId);
        }

        if (reader.Expires <= now && (record.SlidingTicks == 0 || _touches.ExpiryOf(row, reader.Used) <= now))
        {
            return false;
        }

        return IsValid(record, cacheId);
    }

    private bool IsValid(in DiskRecord record, string cacheId)
    {
        var stamp = record.Stamp;
        if (_barriers.BarsCache(cacheId, stamp))
        {
            return false;
        }

        var tags = record.Tags;
        while (!tags.IsEmpty)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(tags);
            if (_barriers.BarsTag(System.Text.Encoding.UTF8.GetString(tags.Slice(sizeof(ushort), length)), stamp))
            {
                return false;
            }

            tags = tags[(sizeof(ushort) + length)..];
        }

        return true;
    }

    private void Discard(long row, long used, long file)
    {
        Interlocked.Increment(ref _damaged);
        _ = RunAsync(writer => writer.Discard(row, used, file)).AsTask().ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
