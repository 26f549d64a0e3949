using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

internal static class Archives
{
    public static byte[] Compress(CsvCompression kind, byte[] bytes)
    {
        var target = new MemoryStream();
        using (Stream compressor = kind switch
        {
            CsvCompression.Gzip => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            CsvCompression.Zstandard => new ZstdSharp.CompressionStream(target, leaveOpen: true),
            _ => new BZip2OutputStream(target) { IsStreamOwner = false },
        })
        {
            compressor.Write(bytes);
        }

        return target.ToArray();
    }
}
