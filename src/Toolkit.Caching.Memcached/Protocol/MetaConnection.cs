using System.Net.Sockets;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>One connection, used for one request at a time. After any failure it must be disposed: answers may still be under way.</summary>
internal sealed class MetaConnection : IDisposable
{
    private const int InitialBuffer = 4096;

    // What a long answer fills its buffer with is read in fewer, larger pieces from then on.
    private const int LargestReceive = 64 * 1024;

    private readonly Socket _socket;
    private readonly RequestDeadline _deadline;
    private byte[] _buffer = new byte[InitialBuffer];
    private int _start;
    private int _end;
    private volatile bool _aborted;

    private MetaConnection(Socket socket, TimeProvider timeProvider)
    {
        _socket = socket;
        _deadline = new RequestDeadline(Abort, timeProvider);
    }

    /// <summary>Whether it can't be used any more: a request was cancelled or took too long, be it in its last moment.</summary>
    public bool IsAborted => _aborted;

    public static async ValueTask<MetaConnection> ConnectAsync(string host, int port, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return new MetaConnection(socket, timeProvider);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a request and reads its answers. What takes too long is ended by closing the socket: a token for each piece sent and received
    /// costs more.
    /// </summary>
    /// <exception cref="OperationCanceledException">The time is over, or the caller cancelled.</exception>
    public async ValueTask<MetaAnswer[]> ExecuteAsync(MetaRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // First of all: the rest is done while the server works.
        var sending = SendAsync(request.Bytes);
        _deadline.Start(timeout);
        var registration = cancellationToken.UnsafeRegister(static connection => ((MetaConnection)connection!).Abort(), this);
        try
        {
            var answers = new MetaAnswers(request);
            if (sending.IsCompleted)
            {
                await sending.ConfigureAwait(false);
                await ReceiveAsync(answers).ConfigureAwait(false);
            }
            else
            {
                await ReceiveAsync(answers, sending.AsTask()).ConfigureAwait(false);
            }

            return answers.ToArray();
        }
        catch (Exception exception) when (_aborted && exception is SocketException or ObjectDisposedException or IOException)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        finally
        {
            _deadline.Stop();
            await registration.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }

    private void Abort()
    {
        _aborted = true;
        _socket.Dispose();
    }

    // While a long request is being sent: with both buffers full neither side would go on.
    private async ValueTask ReceiveAsync(MetaAnswers answers, Task sending)
    {
        try
        {
            await ReceiveAsync(answers).ConfigureAwait(false);
        }
        catch
        {
            // The connection is closed now; what that does to the sending is of no interest.
            _socket.Dispose();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await sending.ConfigureAwait(false);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
        }
    }

    private async ValueTask ReceiveAsync(MetaAnswers answers)
    {
        while (!answers.IsComplete)
        {
            if (!TryTakeLine(answers, out var valueLength))
            {
                Append(await ReceiveMoreAsync().ConfigureAwait(false));
            }
            else if (valueLength >= 0)
            {
                answers.TakeValue(_end - _start - 2 >= valueLength ? ReadValue(valueLength) : await ReadValueAsync(valueLength).ConfigureAwait(false));
            }
        }
    }

    private bool TryTakeLine(MetaAnswers answers, out int valueLength)
    {
        valueLength = -1;
        var received = _buffer.AsSpan(_start, _end - _start);
        var length = received.IndexOf((byte)'\r');
        if (length < 0 || received.Length < length + 2)
        {
            return false;
        }

        valueLength = answers.TakeLine(received[..length]);
        _start += length + 2;
        return true;
    }

    private byte[] ReadValue(int length)
    {
        var received = _buffer.AsSpan(_start, length + 2);
        CheckEnd(received[length..]);
        _start += length + 2;
        return received[..length].ToArray();
    }

    private async ValueTask<byte[]> ReadValueAsync(int length)
    {
        while (length <= LargestReceive / 2)
        {
            // With what follows it, in one piece.
            Append(await ReceiveMoreAsync().ConfigureAwait(false));
            if (_end - _start >= length + 2)
            {
                return ReadValue(length);
            }
        }

        var value = GC.AllocateUninitializedArray<byte>(length);
        var filled = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, filled).CopyTo(value);
        _start += filled;
        while (filled < length)
        {
            filled += Received(await _socket.ReceiveAsync(value.AsMemory(filled), SocketFlags.None).ConfigureAwait(false));
        }

        while (_end - _start < 2)
        {
            Append(await ReceiveMoreAsync().ConfigureAwait(false));
        }

        CheckEnd(_buffer.AsSpan(_start, 2));
        _start += 2;
        return value;
    }

    private static void CheckEnd(ReadOnlySpan<byte> end)
    {
        if (!end.SequenceEqual("\r\n"u8))
        {
            throw new CacheStoreException("The memcached server sent a value of another length than it said.");
        }
    }

    private ValueTask<int> ReceiveMoreAsync()
    {
        MakeRoom();
        return _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
    }

    private void Append(int received) => _end += Received(received);

    // Filled to its end: a long answer is read in fewer, larger pieces from then on.
    private void MakeRoom()
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var target = _end < _buffer.Length || (_start > 0 && _buffer.Length >= LargestReceive)
            ? _buffer
            : new byte[Math.Max(2 * rest.Length, Math.Min(4 * _buffer.Length, LargestReceive))];
        rest.CopyTo(target);
        _buffer = target;
        _end = rest.Length;
        _start = 0;
    }

    private static int Received(int count) =>
        count > 0 ? count : throw new IOException("it closed the connection");
}
