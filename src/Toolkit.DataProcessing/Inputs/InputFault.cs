namespace Toolkit.DataProcessing;

/// <summary>What the errors of decompressors and decoders mean for the one who reads the message.</summary>
internal static class InputFault
{
    public static Exception Of(string name, Exception exception) => exception switch
    {
        System.Text.DecoderFallbackException => new InvalidDataException($"{name}: bytes that are no text in the input's encoding. {exception.Message}", exception),
        EndOfStreamException or InvalidDataException or ZstdSharp.ZstdException or ICSharpCode.SharpZipLib.SharpZipBaseException =>
            new InvalidDataException($"{name}: the compressed data is damaged or ends too early. {exception.Message}", exception),
        _ => exception,
    };
}
