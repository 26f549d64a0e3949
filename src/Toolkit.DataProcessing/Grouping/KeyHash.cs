using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Hashes of keys. The platform's own hash of a number or an identifier is no secret, and folds 64 bits to 32, so that keys
/// can be made to collide: those types are hashed by their bytes. Strings have a hash that the platform seeds for each process.
/// </summary>
internal static class KeyHash
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<TKey>(TKey key, in SeededHash hash)
    {
        if (typeof(TKey) == typeof(int) || typeof(TKey) == typeof(uint) || typeof(TKey) == typeof(DateOnly))
        {
            return hash.Of(Unsafe.As<TKey, uint>(ref key));
        }

        if (typeof(TKey) == typeof(long) || typeof(TKey) == typeof(ulong) || typeof(TKey) == typeof(TimeOnly))
        {
            return hash.Of(Unsafe.As<TKey, ulong>(ref key));
        }

        if (typeof(TKey) == typeof(DateTime))
        {
            return hash.Of((ulong)Unsafe.As<TKey, DateTime>(ref key).Ticks);
        }

        if (typeof(TKey) == typeof(Guid))
        {
            var (low, high) = SeededHash.Words(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in Unsafe.As<TKey, Guid>(ref key))));
            return hash.OfShort(low, high, SeededHash.Short);
        }

        return hash.Of((uint)(key?.GetHashCode() ?? 0));
    }
}
