using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Toolkit.DataProcessing;

/// <summary>Where the bytes of a key are; sixteen more can be read behind them.</summary>
internal readonly unsafe struct RawKey(byte* start, int length)
{
    private readonly byte* _start = start;

    /// <summary>A key in a buffer of rows, which is native memory, or pinned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RawKey Of(ReadOnlySpan<byte> key) => new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(key)), key.Length);

    public int Length { get; } = length;

    public ReadOnlySpan<byte> Bytes => new(_start, Length);

    /// <summary>The bytes of a key of up to sixteen as two words, filled up with zeros.</summary>
    public Vector128<ulong> Words
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WordsOf(ref *_start, Length);
    }

    /// <inheritdoc cref="Words"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> WordsOf(ref byte start, int length)
    {
        // The bytes behind the key are masked away: no branch on its length, which changes from row to row.
        var bytes = Vector128.LoadUnsafe(ref start);
        return (bytes & Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length))).AsUInt64();
    }
}
