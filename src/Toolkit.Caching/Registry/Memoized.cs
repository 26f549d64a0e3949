using Toolkit.Caching.Hosting;
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
        var settings = CachingRuntime.Current;
        if (settings.Stores.Count > 0 || settings.Backplanes.Count > 0)
        {
            Background.Run(TagInvalidation.SpreadAsync(settings, tag, CancellationToken.None), settings.Logger);
        }
    }

    /// <summary>
    /// The same, and waits until the configured stores bar what they hold under the tag and the other processes have been told.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="tag"/> is empty.</exception>
    public static ValueTask InvalidateTagAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        cancellationToken.ThrowIfCancellationRequested();
        TagBarriers.Invalidate(tag);
        return TagInvalidation.SpreadAsync(CachingRuntime.Current, tag, cancellationToken);
    }

    /// <summary>Removes every result of every memoized method.</summary>
    public static void ClearAll()
    {
        foreach (var method in MemoRegistry.All())
        {
            method.Clear();
        }
    }
}
