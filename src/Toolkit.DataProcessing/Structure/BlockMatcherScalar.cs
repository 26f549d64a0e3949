using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

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
