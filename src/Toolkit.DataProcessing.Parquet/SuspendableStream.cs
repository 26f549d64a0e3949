namespace Toolkit.DataProcessing;

/// <summary>
/// A Parquet file of which only the data are written. Its footer, which says what the data are, can be kept aside, and is then
/// where a writer looks for it that goes on with the file: so a file is only ever appended to, and never read.
/// </summary>
/// <param name="output">At its end.</param>
/// <param name="length">What it has so far.</param>
/// <param name="footer">What comes behind that; empty for a new file.</param>
internal sealed class SuspendableStream(Stream output, long length, ReadOnlyMemory<byte> footer) : Stream
{
    // A reader looks for it in front of everything.
    private const int HeadBytes = 4;
    private long _length = length;
    private MemoryStream? _aside;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length + Footer.Length;

    public override long Position { get; set; } = length;

    /// <summary>What comes behind the data; empty once more data are written.</summary>
    public ReadOnlyMemory<byte> Footer { get; private set; } = footer;

    /// <summary>What is written is the footer, until <see cref="EndFooter"/>.</summary>
    public void BeginFooter() => _aside = new MemoryStream();

    /// <summary>The footer is through: what is written now are data again.</summary>
    public void EndFooter()
    {
        Footer = _aside!.ToArray();
        _aside = null;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Position != _length)
        {
            throw new NotSupportedException("Data are only appended.");
        }

        if (_aside is not null)
        {
            _aside.Write(buffer);
            return;
        }

        output.Write(buffer);
        Footer = default;
        Position = _length += buffer.Length;
    }

    public override int Read(Span<byte> buffer)
    {
        if (Position < HeadBytes && _length >= HeadBytes)
        {
            var head = "PAR1"u8[(int)Position..];
            head = head[..Math.Min(head.Length, buffer.Length)];
            head.CopyTo(buffer);
            Position += head.Length;
            return head.Length;
        }

        if (Position < _length)
        {
            throw new NotSupportedException("Data are not read again.");
        }

        var rest = Footer.Span[(int)(Position - _length)..];
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        Position += rest.Length;
        return rest.Length;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush() => output.Flush();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // The output is a file of the run's own threads, which wait for it anyway.
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            output.Dispose();
        }

        base.Dispose(disposing);
    }
}
