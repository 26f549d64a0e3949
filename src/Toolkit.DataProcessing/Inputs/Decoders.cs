using System.Text;
using ZstdSharp;

namespace Toolkit.DataProcessing;

/// <summary>Streams that decompress and transcode.</summary>
internal static class Decoders
{
    public static Stream Decompress(Stream compressed, CsvCompression compression) => compression switch
    {
        CsvCompression.Gzip => new GzipDecoder(compressed),
        CsvCompression.Zstandard => new DecompressionStream(compressed, leaveOpen: false),
        CsvCompression.Bzip2 => new Bzip2Decoder(compressed),
        _ => compressed,
    };

    /// <summary>Turns text of another encoding into UTF-8.</summary>
    public static Stream Transcode(Stream text, Encoding encoding, InvalidText invalid)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = invalid == InvalidText.Fail ? DecoderFallback.ExceptionFallback : DecoderFallback.ReplacementFallback;
        return Encoding.CreateTranscodingStream(text, strict, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
