using System.Security.Cryptography;
using System.Text;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Bridges;

/// <summary>
/// Keys and values in caches whose keys are texts: the key is a SHA-256 of the canonical bytes, and the full key stands
/// before the value, so that it can still be compared in full.
/// </summary>
internal static class BridgeKey
{

    public static string Text(CacheStoreKey key) => "tkc:" + Convert.ToHexStringLower(SHA256.HashData(key.ToArray()));

    /// <summary>A logical time, the key, the tags, the value.</summary>
    public static byte[] Wrap(CacheStoreKey key, long stamp, IReadOnlyList<string> tags, ReadOnlyMemory<byte> value)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(stamp);
        writer.Write(key.Length);
        writer.Write(key.ToArray());
        writer.Write(tags.Count);
        foreach (var tag in tags)
        {
            writer.Write(tag);
        }

        writer.Write(value.Span);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>What <see cref="Wrap"/> wrote, when it is whole and of this very key.</summary>
    public static bool TryUnwrap(CacheStoreKey key, byte[] bytes, out long stamp, out string[] tags, out ReadOnlyMemory<byte> value)
    {
        (stamp, tags, value) = (0, [], default);
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            stamp = reader.ReadInt64();
            var length = reader.ReadInt32();
            if (length != key.Length || !reader.ReadBytes(length).AsSpan().SequenceEqual(key.ToArray()))
            {
                return false;
            }

            tags = new string[Math.Min(reader.ReadInt32(), bytes.Length)];
            for (var i = 0; i < tags.Length; i++)
            {
                tags[i] = reader.ReadString();
            }

            value = bytes.AsMemory((int)stream.Position);
            return true;
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
