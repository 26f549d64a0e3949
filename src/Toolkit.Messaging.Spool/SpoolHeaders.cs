using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Messaging.Spool;

/// <summary>Headers as bytes: for each the name's length, the name, the value's length, the value.</summary>
internal static class SpoolHeaders
{
    public static byte[] Write(MessageHeaders headers)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var header in headers)
        {
            var name = Encoding.UTF8.GetBytes(header.Name);
            BinaryPrimitives.WriteInt32LittleEndian(length, name.Length);
            stream.Write(length);
            stream.Write(name);
            BinaryPrimitives.WriteInt32LittleEndian(length, header.Value.Length);
            stream.Write(length);
            stream.Write(header.Value.Span);
        }

        return stream.ToArray();
    }

    public static MessageHeaders Read(ReadOnlyMemory<byte> bytes)
    {
        var headers = new List<MessageHeader>();
        while (bytes.Length > 0)
        {
            var name = Encoding.UTF8.GetString(Take(ref bytes).Span);
            headers.Add(new MessageHeader(name, Take(ref bytes)));
        }

        return MessageHeaders.FromOwned(headers);
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        var taken = bytes.Slice(4, length);
        bytes = bytes[(4 + length)..];
        return taken;
    }
}
