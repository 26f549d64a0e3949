using Microsoft.Extensions.Logging;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>An open folder: its shards, barriers, and the background work on them.</summary>
internal sealed partial class DiskFolder : IAsyncDisposable
{
    private readonly DiskCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly DatabaseFile _control;
    private int _working;
    private volatile bool _disposed;
    private bool _swept;

    public DiskFolder(DiskCacheOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        var count = DiskLayout.Prepare(options, timeProvider);
        Clock = new SharedClock(options, timeProvider);
        _control = new DatabaseFile(Path.Combine(options.Folder, "control.db"), 0, ControlSchema.Sql, options, Clock, timeProvider, logger);
        Barriers = new BarrierTable(_control, options, Clock, timeProvider);
        Shards = [.. Enumerable.Range(0, count).Select(number => new DiskShard(number, count, options, Clock, Barriers, timeProvider, logger))];
        try
        {
            Barriers.UseDatabase(_ => 0);
        }
        catch
        {
            Barriers.Dispose();
            throw;
        }

        _timer = timeProvider.CreateTimer(_ => Work(), null, options.MaintenanceInterval, options.MaintenanceInterval);
    }

    public SharedClock Clock { get; }

    public BarrierTable Barriers { get; }

    public DiskShard[] Shards { get; }

    public int ControlQuarantined => _control.Quarantined;

    public DiskShard ShardOf(ulong hash) => Shards[(int)(hash % (ulong)Shards.Length)];

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var shard in Shards)
        {
            shard.Dispose();
        }

        Barriers.Dispose();
    }

    private void Work()
    {
        if (Interlocked.Exchange(ref _working, 1) == 1)
        {
            return;
        }

        try
        {
            if (!_swept)
            {
                DiskQuarantine.Sweep(_options.Folder, _timeProvider);
                _swept = true;
            }

            Barriers.Maintain();
            foreach (var shard in Shards)
            {
                if (_disposed)
                {
                    return;
                }

                shard.Maintain();
            }
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception) || exception is CacheStoreException or ObjectDisposedException)
        {
            // Nothing that a caller waits for; the next round tries again.
            if (!_disposed)
            {
                LogMaintenanceFailed(_logger, exception);
            }
        }
        finally
        {
            Volatile.Write(ref _working, 0);
        }
    }

    [LoggerMessage(11, LogLevel.Warning, "The background work on a disk cache failed; it is tried again.")]
    private static partial void LogMaintenanceFailed(ILogger logger, Exception exception);
}
