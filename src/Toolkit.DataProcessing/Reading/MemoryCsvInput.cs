namespace Toolkit.DataProcessing;

/// <summary>Bytes that are in memory already.</summary>
internal sealed class MemoryCsvInputSource(string name, ReadOnlyMemory<byte> bytes) : CsvInputSource
{
    public override string Name => name;

    public override long Length => bytes.Length;

    public override CsvInput Open() => new Input(name, bytes);

    private sealed class Input(string name, ReadOnlyMemory<byte> bytes) : CsvInput
    {
        public override string Name => name;

        public override long Length => bytes.Length;

        public override int Read(Span<byte> target, long offset)
        {
            var rest = bytes.Span[(int)Math.Min(offset, bytes.Length)..];
            var count = Math.Min(rest.Length, target.Length);
            rest[..count].CopyTo(target);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
