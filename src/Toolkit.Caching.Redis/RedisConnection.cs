using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// One multiplexer for a store, its backplane and an <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/>. It connects
/// with the first use; safe for concurrent use. Dispose it after those that use it.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConfigurationOptions _configuration;
    private Task<IConnectionMultiplexer>? _connecting;
    private volatile IConnectionMultiplexer? _multiplexer;
    private bool _disposed;

    /// <summary>Creates a connection that is not open yet.</summary>
    /// <exception cref="ArgumentException">No server is named, or an option is out of range.</exception>
    public RedisConnection(RedisStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _configuration = options.ToConfiguration();
        Options = options;
    }

    internal RedisStoreOptions Options { get; }

    internal IConnectionMultiplexer? Current => _multiplexer;

    internal TimeSpan ConnectTimeout => TimeSpan.FromMilliseconds(_configuration.ConnectTimeout);

    /// <summary>
    /// The multiplexer, for other uses of the same connection. Callers at the same time share one attempt to connect, which goes on
    /// when one of them is cancelled.
    /// </summary>
    /// <exception cref="CacheStoreException">The server can't be reached; the next call tries again.</exception>
    public async Task<IConnectionMultiplexer> GetMultiplexerAsync(CancellationToken cancellationToken)
    {
        if (_multiplexer is { } multiplexer)
        {
            return multiplexer;
        }

        cancellationToken.ThrowIfCancellationRequested();
        Task<IConnectionMultiplexer> connecting;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _connecting = ConnectAsync();
            }

            connecting = _connecting;
        }

        return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection, after an attempt to open it that is still under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? connecting;
        lock (_lock)
        {
            _disposed = true;
            connecting = _connecting;
        }

        if (connecting is null)
        {
            return;
        }

        try
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (CacheStoreException)
        {
            // It never opened, which its callers were told.
        }
    }

    internal static CacheStoreException Translate(Exception exception) => exception switch
    {
        RedisTimeoutException => new("Redis did not answer in time: " + exception.Message, exception),
        RedisConnectionException => new("Redis can't be reached: " + exception.Message, exception),
        _ => new("Redis refused: " + exception.Message, exception),
    };

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        try
        {
            return _multiplexer = await ConnectionMultiplexer.ConnectAsync(_configuration).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw Translate(exception);
        }
    }
}
