using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// One multiplexer for a store, its backplane and an <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/>. It connects
/// with the first use; safe for concurrent use. Dispose it after those that use it.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1);
    private readonly ConfigurationOptions _configuration;
    private volatile IConnectionMultiplexer? _multiplexer;

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

    /// <summary>The multiplexer, for other uses of the same connection.</summary>
    /// <exception cref="CacheStoreException">The server can't be reached.</exception>
    public async Task<IConnectionMultiplexer> GetMultiplexerAsync(CancellationToken cancellationToken)
    {
        if (_multiplexer is { } multiplexer)
        {
            return multiplexer;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _multiplexer ??= await ConnectionMultiplexer.ConnectAsync(_configuration).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            throw Translate(exception);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } multiplexer)
        {
            await multiplexer.DisposeAsync().ConfigureAwait(false);
        }

        _connecting.Dispose();
    }

    internal static CacheStoreException Translate(Exception exception) => exception switch
    {
        RedisTimeoutException => new("Redis did not answer in time: " + exception.Message, exception),
        RedisConnectionException => new("Redis can't be reached: " + exception.Message, exception),
        _ => new("Redis refused: " + exception.Message, exception),
    };
}
