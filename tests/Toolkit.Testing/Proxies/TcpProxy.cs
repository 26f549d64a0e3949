using System.Net;
using System.Net.Sockets;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Proxies;

/// <summary>
/// Stands between clients and a server on 127.0.0.1 and disturbs their connections on demand: it cuts, refuses, holds,
/// delays, throttles, or leaves one side alone with a connection whose other end is gone. Thread-safe.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly Lock _gate = new();
    private readonly HashSet<TcpProxyConnection> _connections = [];
    private readonly TcpGate _toServer = new();
    private readonly TcpGate _toClient = new();
    private Socket? _listener;
    private long _accepted;
    private bool _isDisposed;

    private TcpProxy(IPEndPoint target, int port)
    {
        _target = target;
        Port = port;
    }

    /// <summary>Where clients connect to instead of the server; the same for the proxy's whole life.</summary>
    public int Port { get; }

    /// <summary>How much later each byte arrives, in each direction: 250 ms make a round trip of 500 ms. Zero at first.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The most bytes a second of each connection, in each direction; null, the default, for no limit.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>How many connections are open through the proxy now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>How many connections clients have opened so far.</summary>
    public long AcceptedConnections => Interlocked.Read(ref _accepted);

    /// <summary>Starts a proxy on a free port. The server does not have to run yet.</summary>
    public static TcpProxy Start(IPEndPoint target)
    {
        while (true)
        {
            var proxy = new TcpProxy(target, LoopbackPort.Next());
            try
            {
                proxy.Accept();
                return proxy;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else was given the port in between: the next one.
            }
        }
    }

    /// <summary>Resets every connection (RST to both sides). New ones are accepted.</summary>
    public void Cut()
    {
        foreach (var connection in Snapshot())
        {
            connection.Reset();
        }
    }

    /// <summary>Closes the listener: whoever connects is refused. Open connections go on.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }
    }

    /// <summary>Ends <see cref="Refuse"/>.</summary>
    public void Accept()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_listener is null)
            {
                var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                try
                {
                    listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
                    listener.Listen(512);
                }
                catch
                {
                    listener.Dispose();
                    throw;
                }

                _listener = listener;
                _ = AcceptAllAsync(listener);
            }
        }
    }

    /// <summary>Holds all bytes on all connections, old and new, as a stalled network does; none is lost.</summary>
    public void Hold()
    {
        Hold(TcpPeer.Server);
        Hold(TcpPeer.Client);
    }

    /// <summary>Holds the bytes that go to <paramref name="receiver"/>: held towards the client, requests arrive and answers do not.</summary>
    public void Hold(TcpPeer receiver) => Gate(receiver).Close();

    /// <summary>Ends <see cref="Hold()"/>: what was held goes on.</summary>
    public void Release()
    {
        _toServer.Open();
        _toClient.Open();
    }

    /// <summary>
    /// Lets <paramref name="gone"/> vanish from every open connection without a word to the other side, whose connection
    /// stays open while what it sends goes nowhere: only a heartbeat or a time-out finds out. New connections work.
    /// </summary>
    public void HalfOpen(TcpPeer gone)
    {
        foreach (var connection in Snapshot())
        {
            connection.Abandon(gone);
        }
    }

    /// <summary>Closes the listener and resets all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        Refuse();
        Release();
        Cut();
        foreach (var connection in Snapshot())
        {
            await connection.Completion;
        }
    }

    internal TcpGate Gate(TcpPeer receiver) => receiver == TcpPeer.Server ? _toServer : _toClient;

    private TcpProxyConnection[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _connections];
        }
    }

    private async Task AcceptAllAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var connection = new TcpProxyConnection(this, client);
        lock (_gate)
        {
            if (_isDisposed)
            {
                connection.Reset();
                return;
            }

            _connections.Add(connection);
        }

        await connection.RunAsync(_target);
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }
}
