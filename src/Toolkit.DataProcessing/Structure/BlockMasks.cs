using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>One bit for each of 64 bytes: where the characters of the dialect are.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct BlockMasks
{
    public ulong Separators;
    public ulong Quotes;
    public ulong LineFeeds;
    public ulong CarriageReturns;

    /// <summary>Forgets everything from bit <paramref name="length"/> on: the bytes behind the end of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Cut(int length)
    {
        var valid = length >= 64 ? ulong.MaxValue : (1UL << length) - 1;
        Separators &= valid;
        Quotes &= valid;
        LineFeeds &= valid;
        CarriageReturns &= valid;
    }
}
