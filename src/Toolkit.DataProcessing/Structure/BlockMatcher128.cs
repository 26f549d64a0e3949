using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

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
