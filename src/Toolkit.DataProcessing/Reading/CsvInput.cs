namespace Toolkit.DataProcessing;

/// <summary>
/// One open source of bytes. A seekable input is read by several workers at once, each at its own offsets; a serial one
/// (a compressed file, a stream) by one worker from front to back.
/// </summary>
internal abstract class CsvInput : IDisposable
{
    /// <summary>The name that errors and the quarantine show: the path of a file.</summary>
    public abstract string Name { get; }

    /// <summary>The number of bytes, or -1 where only the end of the stream will tell.</summary>
    public abstract long Length { get; }

    /// <summary>Whether offsets must follow one another.</summary>
    public virtual bool IsSerial => Length < 0;

    /// <summary>Reads some bytes.</summary>
    /// <param name="target">Where they go; not empty.</param>
    /// <param name="offset">The position of the first one.</param>
    /// <returns>Their number; 0 only at the end.</returns>
    public abstract int Read(Span<byte> target, long offset);

    public abstract void Dispose();
}
