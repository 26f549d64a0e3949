namespace Toolkit.DataProcessing;

/// <summary>The body of an answer as a stream, from a server that takes no ranges: what was lost can't be asked for again.</summary>
internal sealed class HttpBody(string name, HttpResponseMessage response) : DecoderStream(Null)
{
    private readonly Stream _inner = response.Content.ReadAsStream();
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = _inner.Read(buffer);
            _position += count;
            return count;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new IOException($"{name}: the connection was lost behind byte {_position}, and the server takes no ranges, so that it must be read from the beginning. {exception.Message}", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
