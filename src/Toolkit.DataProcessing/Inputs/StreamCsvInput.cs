using System.Runtime.ExceptionServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// A stream as a serial input. A thread of its own reads (and so decompresses and transcodes) a bounded number of blocks ahead,
/// while a worker looks at what is there; what the worker has left behind is dropped.
/// </summary>
internal sealed class StreamCsvInput : CsvInput
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>The bytes that are read ahead of the reader.</summary>
    private const long MostAhead = 16 * BlockBytes;

    /// <summary>A thread that waited for room goes on when no more than this is ahead: to be woken for each block takes both threads' time.</summary>
    private const long FewAhead = MostAhead / 2;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Stream _stream;
    private readonly long _wakeBytes;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly IDisposable? _connection;
    private readonly Queue<byte[]> _free = new();
    private readonly List<(byte[] Bytes, int Length)> _blocks = [];
    private long _start;
    private long _end;
    private long _wanted;
    private long _floor;
    private long _awaited = long.MaxValue;
    private bool _full;
    private bool _complete;
    private bool _disposed;
    private Thread? _reader;
    private ExceptionDispatchInfo? _fault;

    /// <summary>An input over a stream.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="stream">Owned by the input.</param>
    /// <param name="compressedLength">About how many bytes it comes from, or -1.</param>
    /// <param name="cancellationToken">Ends the wait for bytes that may never come.</param>
    /// <param name="connection">What the stream reads from, if disposing of that ends a read that is under way.</param>
    /// <param name="wakeBytes">A reader that has to wait is woken when so many bytes are there: for a decompressor, which is slower than its reader, each waking up is lost time.</param>
    public StreamCsvInput(string name, Stream stream, long compressedLength, CancellationToken cancellationToken, IDisposable? connection = null, long wakeBytes = 1)
    {
        _wakeBytes = wakeBytes;
        Name = name;
        _stream = stream;
        SizeHint = compressedLength;
        _cancellationToken = cancellationToken;
        _connection = connection;
        _registration = cancellationToken.UnsafeRegister(static input => ((StreamCsvInput)input!).Wake(), this);
    }

    public override string Name { get; }

    public override long Length => -1;

    internal override long SizeHint { get; }

    public override bool TryGetEnd(out long end)
    {
        lock (_gate)
        {
            end = _end;
            return _complete;
        }
    }

    public override int Read(Span<byte> target, long offset)
    {
        ReadOnlySpan<byte> source;
        lock (_gate)
        {
            if (_reader is null)
            {
                _reader = new Thread(ReadAhead) { IsBackground = true, Name = "csv input" };
                _reader.Start();
            }

            if (offset < _start)
            {
                throw new InvalidOperationException($"{Name}: byte {offset} is gone already; a stream can be read once, from front to back.");
            }

            _wanted = Math.Max(_wanted, offset);
            if (_full && _end - _wanted <= FewAhead)
            {
                Monitor.PulseAll(_gate);
            }

            if (offset >= _end)
            {
                Await(offset + _wakeBytes);
            }

            source = offset < _end ? Find(offset) : Finish();
        }

        // Not under the lock: the other thread may have the next block. This one stays until the reader releases it.
        source = source[..Math.Min(source.Length, target.Length)];
        source.CopyTo(target);
        return source.Length;
    }

    public override void Release(long offset)
    {
        lock (_gate)
        {
            _floor = Math.Max(_floor, offset);
            while (_blocks.Count > 0 && _start + _blocks[0].Length <= offset)
            {
                _start += _blocks[0].Length;
                _free.Enqueue(_blocks[0].Bytes);
                _blocks.RemoveAt(0);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        // A decompressor must not be closed while it works: its thread closes it. One that waits for a pipe is left to the
        // end of the process.
        _registration.Unregister();
        _connection?.Dispose();
        if (_reader is null)
        {
            _stream.Dispose();
        }
        else
        {
            _reader.Join(LongestWait);
        }
    }

    private void Wake()
    {
        _connection?.Dispose();
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Await(long end)
    {
        _awaited = end;
        while (_end < end && !_complete)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            Monitor.Wait(_gate);
        }

        _awaited = long.MaxValue;
    }

    private ReadOnlySpan<byte> Finish()
    {
        // What was waited for was closed then: that is no fault.
        _cancellationToken.ThrowIfCancellationRequested();
        _fault?.Throw();
        return default;
    }

    private ReadOnlySpan<byte> Find(long offset)
    {
        var position = _start;
        foreach (var (bytes, length) in _blocks)
        {
            if (offset < position + length)
            {
                return bytes.AsSpan((int)(offset - position), (int)(position + length - offset));
            }

            position += length;
        }

        return default;
    }

    private void ReadAhead()
    {
        try
        {
            while (TryRent(out var block))
            {
                var length = Fill(block);
                lock (_gate)
                {
                    if (length == 0)
                    {
                        break;
                    }

                    _end += length;
                    if (_end <= _floor)
                    {
                        // A resumed run begins behind it.
                        _start = _end;
                        _free.Enqueue(block);
                    }
                    else
                    {
                        _blocks.Add((block, length));
                    }

                    if (_end >= _awaited)
                    {
                        Monitor.PulseAll(_gate);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            _fault = ExceptionDispatchInfo.Capture(InputFault.Of(Name, exception));
        }

        _stream.Dispose();
        lock (_gate)
        {
            _complete = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryRent(out byte[] block)
    {
        lock (_gate)
        {
            // Ahead of the reader, not of what is kept: a record longer than all blocks must be able to come in.
            _full = _end - _wanted > MostAhead;
            while (!_disposed && _full && _end - _wanted > FewAhead)
            {
                Monitor.Wait(_gate);
            }

            _full = false;
            block = _free.Count > 0 ? _free.Dequeue() : GC.AllocateUninitializedArray<byte>(BlockBytes);
            return !_disposed;
        }
    }

    // Decompressors return little at a time.
    private int Fill(byte[] block)
    {
        const int Enough = BlockBytes / 2;
        var length = 0;
        while (length < Enough)
        {
            var count = _stream.Read(block, length, block.Length - length);
            length += count;
            if (count == 0)
            {
                break;
            }
        }

        return length;
    }
}
