namespace Toolkit.DataProcessing;

/// <summary>
/// One open source of bytes: a file, an object of a store, a stream. A seekable input is read by several workers at once, each
/// at its own offsets; a serial one (a compressed file, a stream) by one worker from front to back.
/// </summary>
public abstract class CsvInput : IDisposable
{
    private bool _isDisposed;

    /// <summary>The name that errors and the quarantine show: the path of a file.</summary>
    public abstract string Name { get; }

    /// <summary>The number of bytes, or -1 where only the end of the stream will tell. It does not change while the input is open.</summary>
    public abstract long Length { get; }

    /// <summary>Whether offsets must follow one another, except for what was not released yet.</summary>
    public bool IsSerial => Length < 0;

    /// <summary>For a serial input about how many bytes it comes from, or -1: very small ones are read as a whole.</summary>
    internal virtual long SizeHint => -1;

    /// <summary>Reads some bytes; called from several threads at once unless the input is serial.</summary>
    /// <param name="target">Where they go; not empty.</param>
    /// <param name="offset">The position of the first one.</param>
    /// <returns>Their number; 0 only at the end.</returns>
    /// <exception cref="IOException">The input can't be read, or is not what it was when it was opened.</exception>
    public abstract int Read(Span<byte> target, long offset);

    /// <summary>Says that nothing before <paramref name="offset"/> is read again; called for serial inputs.</summary>
    /// <param name="offset">A position.</param>
    public virtual void Release(long offset)
    {
    }

    /// <summary>Whether the end is known by now; always, unless the input is serial.</summary>
    /// <param name="end">The number of bytes.</param>
    public virtual bool TryGetEnd(out long end)
    {
        end = Length;
        return end >= 0;
    }

    /// <summary>Called once all of it was read: throws where the content may not be that of one moment.</summary>
    /// <exception cref="IOException">The input was changed meanwhile.</exception>
    internal virtual void RequireUnchanged()
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            Dispose(disposing: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the input; called once.</summary>
    /// <param name="disposing">Always <see langword="true"/>: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
