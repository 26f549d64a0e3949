namespace Toolkit.DataProcessing;

/// <summary>Records as lines of text.</summary>
internal abstract class TextChunk : OutputChunk
{
    public ReadOnlySpan<byte> Bytes => Buffer.Span;

    public override long MemoryBytes => Buffer.Capacity;

    protected ByteBuffer Buffer { get; } = new();

    public override void Clear()
    {
        Buffer.Clear();
        Records = 0;
    }
}
