using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk;

/// <summary>
/// A backplane among the processes that share a cache folder. A message is a row of the folder's control database; a word of shared memory,
/// which each process looks at 20 times a second, says that there are new ones. So another process hears of an invalidation within
/// about 50 milliseconds. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A process that can't have all messages, because they were removed before it read them or the database was replaced, is told
/// <see cref="CacheInvalidation.Everything"/>.
/// </remarks>
public sealed partial class DiskBackplane : ICacheBackplane
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly DiskMessages _messages;
    private readonly DiskCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private ImmutableList<Action<CacheInvalidation>> _handlers = [];
    private ITimer? _timer;
    private bool _failing;
    private bool _disposed;

    /// <summary>Creates a backplane for the processes that use the folder of <paramref name="options"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DiskBackplane(DiskCacheOptions options, TimeProvider timeProvider, ILogger<DiskBackplane> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _messages = new DiskMessages(options, timeProvider, logger);
    }

    /// <summary>Creates a backplane for the processes that use <paramref name="folder"/>.</summary>
    public DiskBackplane(string folder)
        : this(new DiskCacheOptions { Folder = folder }, TimeProvider.System, NullLogger<DiskBackplane>.Instance)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="CacheStoreException">The folder can't be written.</exception>
    public ValueTask PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var message = CacheInvalidationFormat.Write(invalidation);
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _messages.Publish(message);
            }
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception))
        {
            throw DiskFailure.Translate(exception, _options.Folder);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Subscribes: what is published after this returns is heard. A folder that can't be opened is tried again, and then everything is told.</summary>
    /// <inheritdoc/>
    public IDisposable Subscribe(Action<CacheInvalidation> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_timer is null)
            {
                // Where the messages begin; a failure is the first poll's business.
                Try(() => _messages.Open());
                _timer = _timeProvider.CreateTimer(_ => Poll(), null, PollInterval, PollInterval);
            }

            _handlers = _handlers.Add(handler);
        }

        return new Subscription(this, handler);
    }

    /// <summary>Ends all subscriptions, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        ITimer? timer;
        lock (_lock)
        {
            _disposed = true;
            _handlers = [];
            timer = _timer;
            _timer = null;
        }

        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        lock (_lock)
        {
            _messages.Dispose();
        }
    }

    // A round that finds another one at work leaves it to that.
    private void Poll()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (!_disposed)
            {
                Try(() => _messages.Read(Raise));
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void Raise(CacheInvalidation invalidation)
    {
        foreach (var handler in _handlers)
        {
            handler(invalidation);
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
            _failing = false;
        }
        catch (Exception exception) when (DiskFailure.IsOfTheDisk(exception) || exception is CacheStoreException)
        {
            if (!_failing)
            {
                LogFailed(_logger, _options.Folder, exception);
            }

            _failing = true;
        }
    }

    private void Remove(Action<CacheInvalidation> handler)
    {
        lock (_lock)
        {
            _handlers = _handlers.Remove(handler);
        }
    }

    [LoggerMessage(12, LogLevel.Warning, "The invalidations of other processes on {Folder} can't be read; it is tried again.")]
    private static partial void LogFailed(ILogger logger, string folder, Exception exception);

    private sealed class Subscription(DiskBackplane backplane, Action<CacheInvalidation> handler) : IDisposable
    {
        public void Dispose() => backplane.Remove(handler);
    }
}
