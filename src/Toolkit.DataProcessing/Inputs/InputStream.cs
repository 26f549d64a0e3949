namespace Toolkit.DataProcessing;

/// <summary>An input as a stream, from its first byte on: what decompressors read.</summary>
internal sealed class InputStream(CsvInput input) : DecoderStream(Null)
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = input.Read(buffer, _position);
        _position += count;
        input.Release(_position);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
