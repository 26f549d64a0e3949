using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>
/// A cache in a folder, shared by all processes of the machine that use it. It survives restarts, <c>kill -9</c> and damaged
/// files: an entry is either what was stored or a miss.
/// </summary>
/// <remarks>
/// <para>Look-ups read SQLite's log-structured files without waiting for writers. A write is committed when its task completes:
/// it survives the death of the process, though not always a power failure.</para>
/// <para>Operations run on the caller's thread, for some microseconds, and complete synchronously unless another thread is
/// writing to the same shard. The folder is opened by the first operation, which throws
/// <see cref="CacheStoreException"/> when it can't be; the next one tries again. Safe for concurrent use.</para>
/// </remarks>
public sealed partial class DiskCacheStore : ICacheStore
{
    private const int KeyOnStack = 512;

    private readonly DiskCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile DiskFolder? _folder;
    private volatile bool _disposed;

    /// <summary>Creates a store that opens its folder when it is first used.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DiskCacheStore(DiskCacheOptions options, TimeProvider timeProvider, ILogger<DiskCacheStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>Creates a store in <paramref name="folder"/> with the default options.</summary>
    public DiskCacheStore(string folder)
        : this(new DiskCacheOptions { Folder = folder }, TimeProvider.System, NullLogger<DiskCacheStore>.Instance)
    {
    }

    /// <inheritdoc/>
    public string Name => "disk";

    /// <inheritdoc/>
    public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Folder();
        try
        {
            return ValueTask.FromResult(Get(folder, key));
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Folder();
        var lookups = new CacheStoreLookup[keys.Count];
        try
        {
            for (var i = 0; i < lookups.Length; i++)
            {
                lookups[i] = Get(folder, keys[i]);
            }
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }

        return ValueTask.FromResult<IReadOnlyList<CacheStoreLookup>>(lookups);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        if (options.TimeToLive <= TimeSpan.Zero)
        {
            return ValueTask.FromResult(false);
        }

        return RunAsync(key, (shard, bytes, hash) => shard.SetAsync(bytes, hash, key.CacheId, value, options));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return RunAsync(key, (shard, bytes, hash) => shard.RemoveAsync(bytes, hash, key.CacheId));
    }

    /// <inheritdoc/>
    public async ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = new CacheLease(Guid.NewGuid());
        var now = _timeProvider.GetUtcNow().UtcTicks;
        var until = DiskRecordParts.Later(now, duration.Ticks);
        return await RunAsync(key, (shard, bytes, _) => shard.RunAsync(writer => writer.TakeLease(bytes, lease.Token, now, until))).ConfigureAwait(false)
            ? lease
            : null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        var now = _timeProvider.GetUtcNow().UtcTicks;
        var until = DiskRecordParts.Later(now, duration.Ticks);
        return RunAsync(key, (shard, bytes, _) => shard.RunAsync(writer => writer.RenewLease(bytes, lease.Token, now, until)));
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        await RunAsync(key, (shard, bytes, _) => shard.RunAsync(writer => writer.DropLease(bytes, lease.Token))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        cancellationToken.ThrowIfCancellationRequested();
        Run(folder =>
        {
            folder.Barriers.InvalidateTags(tags);
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        cancellationToken.ThrowIfCancellationRequested();
        Run(folder =>
        {
            folder.Barriers.InvalidateCache(cacheId);
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes down what is still in memory, and closes the files.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            var folder = _folder;
            _folder = null;
            return folder?.DisposeAsync() ?? ValueTask.CompletedTask;
        }
    }

    internal DiskFolder Folder()
    {
        if (_folder is { } folder)
        {
            return folder;
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                return _folder ??= new DiskFolder(_options, _timeProvider, _logger);
            }
            catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
            {
                throw DiskFailure.Translate(exception, _options.Folder);
            }
        }
    }

    private static CacheStoreLookup Get(DiskFolder folder, CacheStoreKey key)
    {
        var length = key.Length;
        byte[]? rented = null;
        var bytes = length <= KeyOnStack ? stackalloc byte[KeyOnStack] : (rented = ArrayPool<byte>.Shared.Rent(length));
        bytes = bytes[..key.WriteTo(bytes)];
        var hash = DiskShard.Hash(bytes);
        var lookup = folder.ShardOf(hash).Get(bytes, hash, key.CacheId);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return lookup;
    }

    private ValueTask<bool> RunAsync(CacheStoreKey key, Func<DiskShard, byte[], ulong, ValueTask<bool>> work)
    {
        var folder = Folder();
        var bytes = key.ToArray();
        var hash = DiskShard.Hash(bytes);
        try
        {
            var task = work(folder.ShardOf(hash), bytes, hash);
            return task.IsCompletedSuccessfully ? task : AwaitAsync(task);
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }
    }

    private async ValueTask<bool> AwaitAsync(ValueTask<bool> task)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }
    }

    private T Run<T>(Func<DiskFolder, T> work)
    {
        try
        {
            return work(Folder());
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }
    }
}
