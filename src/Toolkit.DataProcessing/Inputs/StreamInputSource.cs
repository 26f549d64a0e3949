namespace Toolkit.DataProcessing;

/// <summary>A stream that someone has opened: it can be read once.</summary>
internal sealed class StreamInputSource(string name, Stream stream, bool leaveOpen) : CsvInputSource
{
    private int _opened;

    public override string Name => name;

    public override CsvInput Open() => Open(CancellationToken.None);

    internal override CsvInput Open(CancellationToken cancellationToken) => Interlocked.Exchange(ref _opened, 1) == 0
        ? new StreamCsvInput(name, leaveOpen ? new Unowned(stream) : stream, -1, cancellationToken)
        : throw new InvalidOperationException($"{name} was read already: a stream gives its bytes once.");

    private sealed class Unowned(Stream inner) : DecoderStream(Null)
    {
        public override int Read(Span<byte> buffer) => inner.Read(buffer);
    }
}
