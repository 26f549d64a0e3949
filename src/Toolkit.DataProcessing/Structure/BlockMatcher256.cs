using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

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
