using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Toolkit.DataProcessing;

/// <summary>
/// A hash of bytes under a secret seed, by folded 64-bit products (the construction of Wang Yi's wyhash). Keys that collide
/// can only be made by one who knows the seed, and each run draws its own.
/// </summary>
internal readonly struct SeededHash
{
    /// <summary>The longest key that two words hold.</summary>
    public const int Short = 16;

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

    /// <summary>The hash of a key of up to <see cref="Short"/> bytes, given as two words filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OfShort(ulong low, ulong high, int length) => Fold(Fold(low ^ _a, high ^ _b) ^ (uint)length, _c);

    /// <summary>The hash of a longer key.</summary>
    public ulong OfLong(ReadOnlySpan<byte> key)
    {
        var state = _b ^ Odd1;
        var rest = key;
        for (; rest.Length > Short; rest = rest[Short..])
        {
            state = Fold(MemoryMarshal.Read<ulong>(rest) ^ _a, MemoryMarshal.Read<ulong>(rest[8..]) ^ state);
        }

        rest = key[^Short..];
        return Fold(Fold(MemoryMarshal.Read<ulong>(rest) ^ _a ^ state, MemoryMarshal.Read<ulong>(rest[8..]) ^ _b) ^ (uint)key.Length, _c);
    }

    /// <summary>The hash of a key of any length, whose first bytes <see cref="Words"/> has given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ReadOnlySpan<byte> key, ulong low, ulong high) => key.Length <= Short ? OfShort(low, high, key.Length) : OfLong(key);

    /// <summary>The first sixteen bytes of a key as two words, filled up with zeros.</summary>
    public static (ulong Low, ulong High) Words(ReadOnlySpan<byte> key)
    {
        Span<byte> filled = stackalloc byte[Short];
        filled.Clear();
        key[..Math.Min(key.Length, Short)].CopyTo(filled);
        return (MemoryMarshal.Read<ulong>(filled), MemoryMarshal.Read<ulong>(filled[8..]));
    }

    /// <summary>The hash of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ulong value) => Fold(Fold(value ^ _a, _b) ^ value, _c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong x, ulong y)
    {
        // The instruction for both halves writes one of them to memory as the compiler uses it: two that do not are faster.
        return Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(x, y) ^ (x * y)
            : Math.BigMul(x, y, out var low) ^ low;
    }
}
