using System.Collections.Concurrent;

namespace Toolkit.Caching.Tags;

/// <summary>
/// Tags are time barriers: invalidating one notes a version, and every result whose computation began before it is stale.
/// Nothing is searched, and results of computations under way are covered too.
/// </summary>
internal static class TagBarriers
{
    private static readonly ConcurrentDictionary<string, long> Barriers = new(StringComparer.Ordinal);
    private static long s_version;

    /// <summary>The number of invalidations so far. A result that was checked at this version needs no look-up.</summary>
    public static long Version => Volatile.Read(ref s_version);

    public static void Invalidate(string tag)
    {
        lock (Barriers)
        {
            // The barrier first: whoever sees the new version must find it.
            var next = s_version + 1;
            Barriers[tag] = next;
            Volatile.Write(ref s_version, next);
        }
    }

    public static bool IsPast(string[] tags, long version)
    {
        foreach (var tag in tags)
        {
            if (Barriers.TryGetValue(tag, out var barrier) && barrier > version)
            {
                return true;
            }
        }

        return false;
    }
}
