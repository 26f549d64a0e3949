using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Toolkit.Testing.Proxies;

/// <summary>One client's connection through the proxy: a reader and a writer for each direction, with a queue in between.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A CancellationTokenSource without a timer holds nothing to free, and Reset may come at any time.")]
internal sealed class TcpProxyConnection
{
    private const int ChunkBytes = 32 * 1024;
    private const int QueuedChunks = 64;
    private readonly TcpProxy _proxy;
    private readonly Socket _client;
    private readonly Socket _server = NewSocket();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAbandoned;

    public TcpProxyConnection(TcpProxy proxy, Socket client)
    {
        _proxy = proxy;
        _client = client;
        _client.NoDelay = true;
    }

    public Task Completion => _completion.Task;

    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            await _server.ConnectAsync(target, _ended.Token);
            await Task.WhenAll(PumpAsync(_client, _server, TcpPeer.Server), PumpAsync(_server, _client, TcpPeer.Client));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server refused, or a side has reset: the other one is reset too.
        }
        finally
        {
            Reset();
            _completion.SetResult();
        }
    }

    /// <summary>RST to both sides, whatever is on its way.</summary>
    public void Reset()
    {
        _ended.Cancel();
        Reset(_client);
        Reset(_server);
    }

    public void Abandon(TcpPeer gone)
    {
        _isAbandoned = true;
        Reset(gone == TcpPeer.Client ? _client : _server);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, TcpPeer receiver)
    {
        var queue = Channel.CreateBounded<(byte[] Bytes, long Due)>(QueuedChunks);
        var writing = WriteAsync(queue.Reader, to, receiver);
        try
        {
            while (true)
            {
                var buffer = new byte[ChunkBytes];
                var length = await from.ReceiveAsync(buffer, _ended.Token);
                if (length == 0)
                {
                    break;
                }

                var due = Stopwatch.GetTimestamp() + (long)(_proxy.Delay.TotalSeconds * Stopwatch.Frequency);
                await queue.Writer.WriteAsync((buffer[..length], due), _ended.Token);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            End();
        }

        queue.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> queue, Socket to, TcpPeer receiver)
    {
        try
        {
            await foreach (var (bytes, due) in queue.ReadAllAsync(_ended.Token))
            {
                var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _ended.Token);
                }

                await _proxy.Gate(receiver).PassAsync(_ended.Token);
                await SendAsync(to, bytes);
            }

            if (!_isAbandoned)
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            End();
            while (_isAbandoned && await queue.WaitToReadAsync(CancellationToken.None))
            {
                // The other end is gone: whatever still comes is thrown away, so that the sender notices nothing.
                queue.TryRead(out _);
            }
        }
    }

    private async ValueTask SendAsync(Socket to, byte[] bytes)
    {
        var rest = bytes.AsMemory();
        while (!rest.IsEmpty)
        {
            // A tenth of a second's worth at a time.
            var part = rest[..Math.Min(rest.Length, Math.Max(1, (_proxy.BytesPerSecond ?? int.MaxValue) / 10))];
            await to.SendAsync(part, _ended.Token);
            rest = rest[part.Length..];
            if (_proxy.BytesPerSecond is { } rate)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)part.Length / rate), _ended.Token);
            }
        }
    }

    /// <summary>One direction broke: so does the other one, unless this connection is half-open on purpose.</summary>
    private void End()
    {
        if (!_isAbandoned)
        {
            Reset();
        }
    }
}
