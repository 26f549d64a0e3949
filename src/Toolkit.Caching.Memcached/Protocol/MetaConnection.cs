using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
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
        var answers = new MetaAnswer[request.Count];
        _deadline.Start(timeout);
        var registration = cancellationToken.UnsafeRegister(static connection => ((MetaConnection)connection!).Abort(), this);
        try
        {
            if (request.Bytes.Length <= InitialBuffer)
            {
                await SendAsync(request.Bytes).ConfigureAwait(false);
                await ReceiveAsync(answers).ConfigureAwait(false);
            }
            else
            {
                await SendAndReceiveAsync(request.Bytes, answers).ConfigureAwait(false);
            }
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

        return answers;
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

    // A long request is read while it is sent: with both buffers full neither side would go on.
    private async ValueTask SendAndReceiveAsync(ReadOnlyMemory<byte> bytes, MetaAnswer[] answers)
    {
        var sending = SendAsync(bytes).AsTask();
        try
        {
            await ReceiveAsync(answers).ConfigureAwait(false);
        }
        catch
        {
            // The connection is closed now; what that does to the sending is of no interest.
            _socket.Dispose();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    private async ValueTask ReceiveAsync(MetaAnswer[] answers)
    {
        for (var i = 0; i < answers.Length; i++)
        {
            if (_start == _end)
            {
                // All that came has been read: the next answers, as many as there are, come in one piece.
                MakeRoom();
                _end += Received(await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None).ConfigureAwait(false));
            }

            if (!TryReadAnswer(out answers[i]))
            {
                answers[i] = await ReadAnswerAsync().ConfigureAwait(false);
            }
        }
    }

    /// <returns>Whether the whole answer has been received; otherwise nothing is taken.</returns>
    private bool TryReadAnswer(out MetaAnswer answer)
    {
        var received = _buffer.AsSpan(_start, _end - _start);
        var length = received.IndexOf((byte)'\r');
        if (length < 0 || received.Length < length + 2)
        {
            answer = default;
            return false;
        }

        answer = Parse(received[..length], out var valueLength);
        if (valueLength < 0)
        {
            _start += length + 2;
            return true;
        }

        var rest = received[(length + 2)..];
        if (rest.Length - 2 < valueLength)
        {
            return false;
        }

        CheckEnd(rest.Slice(valueLength, 2));
        answer = answer with { Value = rest[..valueLength].ToArray() };
        _start += length + 2 + valueLength + 2;
        return true;
    }

    private async ValueTask<MetaAnswer> ReadAnswerAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            await FillAsync().ConfigureAwait(false);
        }

        var answer = Parse(_buffer.AsSpan(_start, length), out var valueLength);
        _start += length + 2;
        return valueLength < 0 ? answer : answer with { Value = await ReadValueAsync(valueLength).ConfigureAwait(false) };
    }

    private async ValueTask<byte[]> ReadValueAsync(int length)
    {
        while (length <= LargestReceive / 2 && _end - _start < length + 2)
        {
            // With what follows it, in one piece.
            await FillAsync().ConfigureAwait(false);
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
            await FillAsync().ConfigureAwait(false);
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

    private async ValueTask FillAsync()
    {
        MakeRoom();
        _end += Received(await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None).ConfigureAwait(false));
    }

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

    private static MetaAnswer Parse(ReadOnlySpan<byte> line, out int valueLength)
    {
        valueLength = -1;
        var code = line.Length >= 2 ? line[..2] : line;
        if (line.StartsWith("VA "u8))
        {
            var rest = line[3..];
            if (!Utf8Parser.TryParse(rest, out valueLength, out _) || valueLength < 0)
            {
                throw Unexpected(line);
            }

            return new MetaAnswer(MetaStatus.Value, null, CasOf(rest));
        }

        if (line.StartsWith("SERVER_ERROR"u8))
        {
            return new MetaAnswer(MetaStatus.Refused, null, 0, Encoding.ASCII.GetString(line));
        }

        if (line.Length > 2 && line[2] != (byte)' ')
        {
            throw Unexpected(line);
        }

        return code.SequenceEqual("HD"u8) ? new(MetaStatus.Done, null, CasOf(line))
            : code.SequenceEqual("EN"u8) || code.SequenceEqual("NF"u8) ? MetaAnswer.Missing
            : code.SequenceEqual("NS"u8) || code.SequenceEqual("EX"u8) ? new(MetaStatus.NotStored, null, 0)
            : throw Unexpected(line);
    }

    private static ulong CasOf(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(" c"u8);
        return at >= 0 && Utf8Parser.TryParse(line[(at + 2)..], out ulong cas, out _) ? cas : 0;
    }

    private static CacheStoreException Unexpected(ReadOnlySpan<byte> line) =>
        new($"The memcached server does not speak the meta protocol (version 1.6 is needed): {Encoding.ASCII.GetString(line[..Math.Min(line.Length, 100)])}");
}
