using System.Collections.Concurrent;
using System.Net.Sockets;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// One server: a pool of connections, a time-out a request, and a pause after a failure, in which requests fail at once. After the pause one
/// request probes the server.
/// </summary>
internal sealed class MemcachedNode(string name, string host, int port, MemcachedStoreOptions options, TimeProvider timeProvider) : IDisposable
{
    private readonly ConcurrentStack<MetaConnection> _idle = new();
    private long _failedAt;
    private volatile bool _failed;
    private int _probing;
    private volatile bool _disposed;

    public string Name => name;

    /// <summary>Whether the last request failed.</summary>
    public bool IsFailed => _failed;

    public async ValueTask<MetaAnswer[]> ExecuteAsync(MetaRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(MemcachedCacheStore));
        var probing = Enter();
        try
        {
            var answers = await TryAsync(request, cancellationToken).ConfigureAwait(false);
            _failed = false;
            return answers;
        }
        catch (CacheStoreException)
        {
            _failedAt = timeProvider.GetTimestamp();
            _failed = true;

            // What is idle was opened to the server that failed.
            Clear();
            throw;
        }
        finally
        {
            if (probing)
            {
                Volatile.Write(ref _probing, 0);
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Clear();
    }

    /// <returns>Whether this request is the probe.</returns>
    private bool Enter()
    {
        if (!_failed)
        {
            return false;
        }

        if (timeProvider.GetElapsedTime(_failedAt) < options.ProbeInterval || Interlocked.Exchange(ref _probing, 1) == 1)
        {
            throw new CacheStoreException($"The memcached server {name} failed a moment ago and is left alone.");
        }

        return true;
    }

    private async ValueTask<MetaAnswer[]> TryAsync(MetaRequest request, CancellationToken cancellationToken)
    {
        MetaConnection? connection = null;
        try
        {
            connection = _idle.TryPop(out var idle) ? idle : await ConnectAsync(cancellationToken).ConfigureAwait(false);
            var answers = await connection.ExecuteAsync(request, options.Timeout, timeProvider, cancellationToken).ConfigureAwait(false);
            Return(connection);
            connection = null;
            return answers;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CacheStoreException($"The memcached server {name} did not answer within {options.Timeout}.", exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw new CacheStoreException($"The memcached server {name} can't be reached: {exception.Message}", exception);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async ValueTask<MetaConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await MetaConnection.ConnectAsync(host, port, either.Token).ConfigureAwait(false);
    }

    private void Return(MetaConnection connection)
    {
        if (_disposed || _idle.Count >= options.IdleConnections)
        {
            connection.Dispose();
            return;
        }

        _idle.Push(connection);
        if (_disposed)
        {
            Clear();
        }
    }

    private void Clear()
    {
        while (_idle.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }
}
