using System.Numerics;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>One bit after the other, four at a time: any processor.</summary>
internal readonly unsafe struct BitEmitter : IBlockEmitter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Emit(ulong ends, ulong records, int position, int* endTarget, ref int endCount, int* rowTarget, ref int rowCount)
    {
        if (ends == 0)
        {
            return;
        }

        var count = BitOperations.PopCount(ends);
        var first = endCount;
        var target = endTarget + first;
        if (records == 0)
        {
            var bits = ends;
            for (var i = 0; i < count; i += 4)
            {
                // Up to three entries too many, which the next block overwrites: cheaper than a branch for each.
                target[i] = position + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                target[i + 1] = position + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                target[i + 2] = position + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                target[i + 3] = position + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }
        else
        {
            var bits = ends;
            var rows = rowCount;
            for (var i = 0; i < count; i++)
            {
                var bit = BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                target[i] = position + bit;
                rowTarget[rows] = first + i;
                rows += (int)(records >> bit) & 1;
            }

            rowCount = rows;
        }

        endCount = first + count;
    }
}
