using Toolkit.Caching.Registry;
using Toolkit.Caching.Tags;

namespace Toolkit.Caching;

/// <summary>All memoized methods of the process together. Safe for use by several threads.</summary>
public static class Memoized
{
    /// <summary>The methods called so far, in the order of their first calls.</summary>
    public static IReadOnlyList<MemoizedMethod> All => MemoRegistry.All();

    /// <summary>
    /// Makes every result under <paramref name="tag"/> stale, also those whose computation is under way.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="tag"/> is empty.</exception>
    public static void InvalidateTag(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        TagBarriers.Invalidate(tag);
    }

    /// <summary>Removes every result of every memoized method from memory.</summary>
    public static void ClearAll()
    {
        foreach (var method in MemoRegistry.All())
        {
            method.Clear();
        }
    }
}
