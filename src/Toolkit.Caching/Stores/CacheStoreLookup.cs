using System.Runtime.InteropServices;

namespace Toolkit.Caching.Stores;

/// <summary>What a look-up in a store found.</summary>
/// <param name="Found">Whether there is a value that has neither expired nor been invalidated.</param>
/// <param name="Value">
/// The value; empty on a miss. It stays valid as long as it is referenced, and may be a memory-mapped file.
/// </param>
/// <param name="Stamp">
/// The store's logical time of the look-up. Passed to <see cref="CacheStoreEntryOptions.Stamp"/>, it keeps a value out that was
/// invalidated while it was computed. It means something to the store that gave it alone; 0 is «none».
/// </param>
public readonly record struct CacheStoreLookup(bool Found, ReadOnlyMemory<byte> Value, long Stamp)
{
    /// <summary>A miss without a stamp.</summary>
    public static CacheStoreLookup None => default;

    /// <summary>A miss at the logical time <paramref name="stamp"/>.</summary>
    public static CacheStoreLookup Miss(long stamp) => new(false, default, stamp);

    /// <summary>A span does not keep a mapped file mapped: this does, up to here. Costs nothing for arrays.</summary>
    internal void KeepMapped()
    {
        if (!MemoryMarshal.TryGetArray(Value, out _))
        {
            GC.KeepAlive(Value);
        }
    }
}
