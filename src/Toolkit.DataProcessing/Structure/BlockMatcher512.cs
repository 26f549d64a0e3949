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
