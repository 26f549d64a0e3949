using System.Numerics;
using System.Runtime.CompilerServices;

namespace Toolkit.Async;

/// <summary>How keys find their places in the fixed table of a keyed lock.</summary>
internal static class KeyedPlaces
{
    /// <summary>Four for each processor, a power of two.</summary>
    public static int Shards { get; } = (int)BitOperations.RoundUpToPowerOf2((uint)(Environment.ProcessorCount * 4));

    /// <summary>So many keys that are held at once seldom meet: the more places there are, the fewer keys have to share one.</summary>
    public static int Count { get; } = Shards * 32;

    /// <summary>Null for value types lets the default comparison be inlined.</summary>
    public static IEqualityComparer<TKey>? Comparer<TKey>(IEqualityComparer<TKey>? comparer) =>
        typeof(TKey).IsValueType && (comparer is null || ReferenceEquals(comparer, EqualityComparer<TKey>.Default))
            ? null
            : comparer ?? EqualityComparer<TKey>.Default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash<TKey>(TKey key, IEqualityComparer<TKey>? comparer)
        where TKey : notnull
    {
        // The place takes the upper bits and the bucket the lower ones; hash codes of small integers need mixing for that.
        var hash = (uint)(comparer is null ? key.GetHashCode() : comparer.GetHashCode(key));
        hash *= 0x9E3779B1;
        return (int)(hash ^ (hash >> 15));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Index(int hash, int places) => (int)((uint)hash >> 16) & (places - 1);
}
