using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Toolkit.Caching.Stores;

/// <summary>
/// What surrounds a stored value. 64 bytes, little endian, then the payload (which so is aligned for every number type):
/// <code>
///  0  magic "TKC", format byte           24  fresh until (UTC ticks)
///  4  reserved, zero                     32  payload length
///  8  hash of the schema                 40  CRC-32C of key, header and payload; four reserved bytes
/// 16  created (UTC ticks)                48  first 16 bytes of HMAC-SHA-256 of the same, or zeros
/// </code>
/// Key, header and payload are bound together: a value moved to another key is as invalid as a changed one.
/// </summary>
internal static class CacheEnvelope
{
    public const int HeaderLength = 64;

    private const uint Magic = 0x01434B54; // "TKC" and format 1
    private const int SchemaOffset = 8;
    private const int CreatedOffset = 16;
    private const int ExpiresOffset = 24;
    private const int LengthOffset = 32;
    private const int ChecksumOffset = 40;
    private const int SignatureOffset = 48;
    private const int SignatureLength = 16;

    public static ulong HashSchema(string schema)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(schema), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>Fills the first 64 bytes of <paramref name="envelope"/>, whose payload is in place already.</summary>
    public static void Seal(Span<byte> envelope, ReadOnlySpan<byte> key, ulong schema, CacheEnvelopeHeader times, byte[]? hmacKey)
    {
        var header = envelope[..HeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[SchemaOffset..], schema);
        BinaryPrimitives.WriteInt64LittleEndian(header[CreatedOffset..], times.CreatedTicks);
        BinaryPrimitives.WriteInt64LittleEndian(header[ExpiresOffset..], times.ExpiresTicks);
        BinaryPrimitives.WriteInt64LittleEndian(header[LengthOffset..], envelope.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumOffset..], Checksum(envelope, key));
        if (hmacKey is not null)
        {
            Sign(envelope, key, hmacKey, header.Slice(SignatureOffset, SignatureLength));
        }
    }

    public static CacheEnvelopeStatus TryOpen(
        ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> key, ulong schema, byte[]? hmacKey, out CacheEnvelopeHeader times)
    {
        times = default;
        if (envelope.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(envelope) != Magic)
        {
            return CacheEnvelopeStatus.Foreign;
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(envelope[LengthOffset..]) != envelope.Length - HeaderLength
            || BinaryPrimitives.ReadUInt32LittleEndian(envelope[ChecksumOffset..]) != Checksum(envelope, key))
        {
            return CacheEnvelopeStatus.Corrupt;
        }

        if (hmacKey is not null && !IsSigned(envelope, key, hmacKey))
        {
            return CacheEnvelopeStatus.Forged;
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(envelope[SchemaOffset..]) != schema)
        {
            return CacheEnvelopeStatus.SchemaChanged;
        }

        times = new CacheEnvelopeHeader(
            BinaryPrimitives.ReadInt64LittleEndian(envelope[CreatedOffset..]),
            BinaryPrimitives.ReadInt64LittleEndian(envelope[ExpiresOffset..]));
        return CacheEnvelopeStatus.Intact;
    }

    private static uint Checksum(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> key)
    {
        var crc = Crc32C.Append(Crc32C.Seed, key);
        crc = Crc32C.Append(crc, envelope[..ChecksumOffset]);
        return Crc32C.Append(crc, envelope[HeaderLength..]);
    }

    private static bool IsSigned(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> key, byte[] hmacKey)
    {
        Span<byte> expected = stackalloc byte[SignatureLength];
        Sign(envelope, key, hmacKey, expected);
        return CryptographicOperations.FixedTimeEquals(expected, envelope.Slice(SignatureOffset, SignatureLength));
    }

    private static void Sign(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> key, byte[] hmacKey, Span<byte> signature)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hmacKey);

        // The length first, or a byte could move from the key to the header and keep its signature.
        Span<byte> keyLength = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(keyLength, key.Length);
        hmac.AppendData(keyLength);
        hmac.AppendData(key);
        hmac.AppendData(envelope[..ChecksumOffset]);
        hmac.AppendData(envelope[HeaderLength..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(hash);
        hash[..SignatureLength].CopyTo(signature);
    }
}
