using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// An input that is decompressed and transcoded as needed. Uncompressed UTF-8, which is most of what there is, is read as it
/// is, at any offset and by all workers.
/// </summary>
internal sealed class DecodingInputSource(CsvInputSource inner, CsvOptions options) : CsvInputSource
{
    // About a millisecond of a fast decompressor.
    private const long WakeBytes = 512 * 1024;

    private static readonly string[] s_compressed = [".gz", ".zst", ".bz2", ".gzip", ".zstd", ".bz"];

    public override string Name => inner.Name;

    public override string? Version => inner.Version;

    // The length of what is compressed says nothing about what comes out. Names are good enough for a progress bar.
    public override long Length =>
        options.Compression == CsvCompression.None || (options.Compression == CsvCompression.Detect && !Array.Exists(s_compressed, ending => Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            ? inner.Length
            : -1;

    /// <summary>How the bytes are decoded, where that is said: a part of what makes two runs the same one.</summary>
    public string Decoding => $"{options.Compression} {options.Encoding?.WebName}";

    /// <summary>Opens the bytes as they are stored.</summary>
    public CsvInput OpenRaw() => inner.Open();

    public override CsvInput Open() => Open(CancellationToken.None);

    internal override CsvInput Open(CancellationToken cancellationToken)
    {
        var input = inner.Open(cancellationToken);
        try
        {
            return Decode(input, cancellationToken);
        }
        catch (Exception exception)
        {
            input.Dispose();
            if (InputFault.Of(Name, exception) is var fault && fault != exception)
            {
                throw fault;
            }

            throw;
        }
    }

    private CsvInput Decode(CsvInput input, CancellationToken cancellationToken)
    {
        var probe = new byte[InputFormat.ProbeBytes];
        ReadOnlySpan<byte> start = probe.AsSpan(0, ReadFully(input, probe));
        var compression = options.Compression == CsvCompression.Detect ? InputFormat.Compression(start) : options.Compression;
        Stream? stream = null;
        if (compression != CsvCompression.None)
        {
            stream = Decoders.Decompress(new InputStream(input), compression);
            var text = new PeekStream(stream, InputFormat.ProbeBytes);
            start = text.Peeked;
            stream = text;
        }

        var encoding = EncodingOf(start);
        if (encoding is not null)
        {
            stream = Decoders.Transcode(stream ?? new InputStream(input), encoding, options.InvalidText);
        }

        if (options.Dialect is { Escape: not null, Quotes: not CsvQuotes.None })
        {
            stream = new EscapeDecoder(stream ?? new InputStream(input), options.Dialect, options.SkipLines);
        }

        return stream is null ? input : new StreamCsvInput(Name, stream, input.Length, cancellationToken, wakeBytes: compression == CsvCompression.None ? 1 : WakeBytes);
    }

    // What the user said holds. UTF-8 is not transcoded.
    private Encoding? EncodingOf(ReadOnlySpan<byte> start)
    {
        var encoding = options.Encoding ?? InputFormat.TextEncoding(start);
        return encoding is UTF8Encoding ? null : encoding;
    }

    private static int ReadFully(CsvInput input, Span<byte> target)
    {
        var total = 0;
        while (total < target.Length)
        {
            var count = input.Read(target[total..], total);
            if (count == 0)
            {
                break;
            }

            total += count;
        }

        return total;
    }
}
