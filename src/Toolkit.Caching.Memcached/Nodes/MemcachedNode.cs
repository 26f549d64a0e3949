using System.Collections.Concurrent;
using System.Net.Sockets;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// One server: a pool of connections, a time-out a request, and a pause after a failure, in which requests fail at once. After the pause one
/// request probes the server. A connection that the server closed while it was idle is no failure: the request goes over a new one.
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
        MetaConnection? connection = null;
        try
        {
            var idle = _idle.TryPop(out connection);
            while (true)
            {
                try
                {
                    connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
                    var answers = await connection.ExecuteAsync(request, options.Timeout, cancellationToken).ConfigureAwait(false);
                    Return(connection);
                    connection = null;
                    _failed = false;
                    return answers;
                }
                catch (Exception exception) when (idle && request.IsRepeatable && exception is (SocketException or IOException))
                {
                    // The other idle ones are as old.
                    idle = false;
                    connection?.Dispose();
                    connection = null;
                    Clear();
                }
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Fail($"did not answer within {options.Timeout}", exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            throw Fail($"can't be reached: {exception.Message}", exception);
        }
        catch (CacheStoreException exception)
        {
            throw Fail($"failed: {exception.Message}", exception);
        }
        finally
        {
            connection?.Dispose();
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

    private CacheStoreException Fail(string what, Exception exception)
    {
        _failedAt = timeProvider.GetTimestamp();
        _failed = true;

        // What is idle was opened to the server that failed.
        Clear();
        return new CacheStoreException($"The memcached server {name} {what}.", exception);
    }

    private async ValueTask<MetaConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await MetaConnection.ConnectAsync(host, port, timeProvider, either.Token).ConfigureAwait(false);
    }

    private void Return(MetaConnection connection)
    {
        if (_disposed || connection.IsAborted || _idle.Count >= options.IdleConnections)
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
