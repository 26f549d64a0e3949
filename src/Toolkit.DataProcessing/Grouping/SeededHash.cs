using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// A hash of bytes under a secret seed, by folded 64-bit products (the construction of Wang Yi's wyhash). Keys that collide
/// can only be made by one who knows the seed, and each run draws its own.
/// </summary>
internal readonly struct SeededHash
{
    private const ulong Odd1 = 0x9E3779B97F4A7C15;
    private const ulong Odd2 = 0xD1B54A32D192ED03;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;

    public SeededHash(ulong a, ulong b)
    {
        _a = a;
        _b = b;
        _c = Fold(a ^ Odd1, b ^ Odd2) | 1;
    }

    /// <summary>A hash that no one can have foreseen.</summary>
    public static SeededHash Create()
    {
        Span<byte> seed = stackalloc byte[16];
        System.Security.Cryptography.RandomNumberGenerator.Fill(seed);
        return new SeededHash(MemoryMarshal.Read<ulong>(seed), MemoryMarshal.Read<ulong>(seed[8..]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var length = bytes.Length;
        ulong low, high;
        if (length <= 16)
        {
            if (length >= 8)
            {
                low = Read64(ref start, 0);
                high = Read64(ref start, length - 8);
            }
            else if (length >= 4)
            {
                low = Read32(ref start, 0);
                high = Read32(ref start, length - 4);
            }
            else
            {
                low = length == 0 ? 0 : ((ulong)start << 16) | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | Unsafe.Add(ref start, length - 1);
                high = 0;
            }
        }
        else
        {
            (low, high) = Long(ref start, length);
        }

        return Fold(Fold(low ^ _a, high ^ _b) ^ (ulong)length, _c);
    }

    /// <summary>The hash of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ulong value) => Fold(Fold(value ^ _a, _b | 1) ^ value, _c);

    private (ulong Low, ulong High) Long(ref byte start, int length)
    {
        var state = _b ^ Odd1;
        var at = 0;
        for (; at < length - 16; at += 16)
        {
            state = Fold(Read64(ref start, at) ^ _a, Read64(ref start, at + 8) ^ state);
        }

        return (Read64(ref start, length - 16) ^ state, Read64(ref start, length - 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ref byte start, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read32(ref byte start, int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
}
