using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

internal readonly unsafe struct BlockMatcher512 : IBlockMatcher<BlockMatcher512>
{
    private readonly Vector512<byte> _delimiter;
    private readonly Vector512<byte> _quote;

    private BlockMatcher512(byte delimiter, byte quote)
    {
        _delimiter = Vector512.Create(delimiter);
        _quote = Vector512.Create(quote);
    }

    public static BlockMatcher512 Create(byte delimiter, byte quote) => new(delimiter, quote);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Match(byte* block, out BlockMasks masks)
    {
        var bytes = Vector512.Load(block);
        masks.Separators = Vector512.Equals(bytes, _delimiter).ExtractMostSignificantBits();
        masks.Quotes = Vector512.Equals(bytes, _quote).ExtractMostSignificantBits();
        masks.LineFeeds = Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
        masks.CarriageReturns = Vector512.Equals(bytes, Vector512.Create((byte)'\r')).ExtractMostSignificantBits();
    }
}

internal readonly unsafe struct BlockMatcher256 : IBlockMatcher<BlockMatcher256>
{
    private readonly Vector256<byte> _delimiter;
    private readonly Vector256<byte> _quote;

    private BlockMatcher256(byte delimiter, byte quote)
    {
        _delimiter = Vector256.Create(delimiter);
        _quote = Vector256.Create(quote);
    }

    public static BlockMatcher256 Create(byte delimiter, byte quote) => new(delimiter, quote);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Match(byte* block, out BlockMasks masks)
    {
        var low = Vector256.Load(block);
        var high = Vector256.Load(block + 32);
        masks.Separators = Mask(low, high, _delimiter);
        masks.Quotes = Mask(low, high, _quote);
        masks.LineFeeds = Mask(low, high, Vector256.Create((byte)'\n'));
        masks.CarriageReturns = Mask(low, high, Vector256.Create((byte)'\r'));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, Vector256<byte> sought) =>
        Vector256.Equals(low, sought).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, sought).ExtractMostSignificantBits() << 32);
}

internal readonly unsafe struct BlockMatcher128 : IBlockMatcher<BlockMatcher128>
{
    private readonly Vector128<byte> _delimiter;
    private readonly Vector128<byte> _quote;

    private BlockMatcher128(byte delimiter, byte quote)
    {
        _delimiter = Vector128.Create(delimiter);
        _quote = Vector128.Create(quote);
    }

    public static BlockMatcher128 Create(byte delimiter, byte quote) => new(delimiter, quote);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Match(byte* block, out BlockMasks masks)
    {
        masks.Separators = Mask(block, _delimiter);
        masks.Quotes = Mask(block, _quote);
        masks.LineFeeds = Mask(block, Vector128.Create((byte)'\n'));
        masks.CarriageReturns = Mask(block, Vector128.Create((byte)'\r'));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(byte* block, Vector128<byte> sought) =>
        Vector128.Equals(Vector128.Load(block), sought).ExtractMostSignificantBits()
        | ((ulong)Vector128.Equals(Vector128.Load(block + 16), sought).ExtractMostSignificantBits() << 16)
        | ((ulong)Vector128.Equals(Vector128.Load(block + 32), sought).ExtractMostSignificantBits() << 32)
        | ((ulong)Vector128.Equals(Vector128.Load(block + 48), sought).ExtractMostSignificantBits() << 48);
}

/// <summary>Without vectors: eight bytes at a time, each of the eight becoming one bit.</summary>
internal readonly unsafe struct BlockMatcherScalar : IBlockMatcher<BlockMatcherScalar>
{
    private const ulong Ones = 0x0101010101010101;
    private const ulong Sevens = 0x7F7F7F7F7F7F7F7F;

    // Gathers the lowest bit of each byte in the top byte of the product.
    private const ulong Gather = 0x0102040810204080;

    private readonly ulong _delimiter;
    private readonly ulong _quote;

    private BlockMatcherScalar(byte delimiter, byte quote)
    {
        _delimiter = Ones * delimiter;
        _quote = Ones * quote;
    }

    public static BlockMatcherScalar Create(byte delimiter, byte quote) => new(delimiter, quote);

    public void Match(byte* block, out BlockMasks masks)
    {
        masks = default;
        for (var i = 0; i < 64; i += 8)
        {
            var word = Unsafe.ReadUnaligned<ulong>(block + i);
            if (!BitConverter.IsLittleEndian)
            {
                word = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
            }

            masks.Separators |= Bits(word ^ _delimiter) << i;
            masks.Quotes |= Bits(word ^ _quote) << i;
            masks.LineFeeds |= Bits(word ^ (Ones * '\n')) << i;
            masks.CarriageReturns |= Bits(word ^ (Ones * '\r')) << i;
        }
    }

    // A bit for each byte that is zero: exact, because no carry leaves a byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(ulong word)
    {
        var zero = ~(((word & Sevens) + Sevens) | word | Sevens);
        return ((zero >> 7) * Gather) >> 56;
    }
}
