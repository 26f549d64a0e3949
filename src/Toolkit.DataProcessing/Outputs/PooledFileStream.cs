namespace Toolkit.DataProcessing;

/// <summary>A file that is written from front to back. Between two writes its handle may be closed, and is opened again by the next one.</summary>
internal sealed class PooledFileStream : Stream
{
    private readonly OutputHandles _handles;
    private readonly string _path;
    private FileStream? _handle;
    private long _length;
    private bool _isNew;

    /// <summary>A new file, or one to append to.</summary>
    /// <param name="handles">Bounds the handles.</param>
    /// <param name="path">The file.</param>
    /// <param name="length">Its length; -1 for one that is made by the first write.</param>
    public PooledFileStream(OutputHandles handles, string path, long length)
    {
        _handles = handles;
        _path = path;
        _isNew = length < 0;
        _length = Math.Max(0, length);
        Place = new LinkedListNode<PooledFileStream>(this);
    }

    public LinkedListNode<PooledFileStream> Place { get; }

    public bool IsOpen => _handle is not null;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public void OpenHandle()
    {
        _handle = _isNew ? OutputStreams.Create(_path) : OutputStreams.Append(_path);
        _isNew = false;
    }

    public void CloseHandle()
    {
        if (_handle is { } handle)
        {
            _handles.Forget(this);
            _handle = null;
            handle.Dispose();
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _handles.Use(this);
        _handle!.Write(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _handle?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CloseHandle();
        }

        base.Dispose(disposing);
    }
}
