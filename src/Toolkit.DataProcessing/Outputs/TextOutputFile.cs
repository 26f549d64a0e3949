namespace Toolkit.DataProcessing;

/// <summary>A file of lines: chunks are bytes that are written one after the other.</summary>
internal sealed class TextOutputFile(Stream stream) : OutputFile
{
    public override void Append(OutputChunk chunk) => stream.Write(((TextChunk)chunk).Bytes);

    public override void Flush() => stream.Flush();

    public override void Complete() => stream.Dispose();

    protected override void Dispose(bool disposing) => stream.Dispose();
}
