using System.Buffers;

namespace Toolkit.Caching.Stores;

/// <summary>Byte arrays as they are.</summary>
internal sealed class BytesCacheSerializer : ICacheSerializer<byte[]>
{
    public string Schema => "bytes";

    public void Serialize(byte[] value, IBufferWriter<byte> destination)
    {
        destination.Write([value is null ? (byte)0 : (byte)1]);
        destination.Write(value);
    }

    public byte[] Deserialize(ReadOnlyMemory<byte> source) => source.Span[0] == 0 ? null! : source.Span[1..].ToArray();
}
