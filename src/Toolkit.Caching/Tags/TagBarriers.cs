using System.Collections.Concurrent;

namespace Toolkit.Caching.Tags;

/// <summary>
/// Tags are time barriers: invalidating one notes a version, and every result whose computation began before it is stale.
/// Nothing is searched, and results of computations under way are covered too. Of very many tags the oldest barriers become
/// one that holds for every tag: some results then are computed once more than need be.
/// </summary>
internal static class TagBarriers
{
    /// <summary>The tags that are told apart.</summary>
    public const int MostTags = 65_536;

    private static readonly ConcurrentDictionary<string, long> Barriers = new(StringComparer.Ordinal);
    private static long s_version;
    private static long s_floor;

    /// <summary>The number of invalidations so far. A result that was checked at this version needs no look-up.</summary>
    public static long Version => Volatile.Read(ref s_version);

    public static int Count => Barriers.Count;

    public static void Invalidate(string tag)
    {
        lock (Barriers)
        {
            // The barrier first: whoever sees the new version must find it.
            var next = s_version + 1;
            Barriers[tag] = next;
            Volatile.Write(ref s_version, next);
            if (Barriers.Count > MostTags)
            {
                ForgetTheOlderHalf();
            }
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

        // Read last: a barrier that was not found has gone only after the floor came up to it.
        return tags.Length > 0 && Volatile.Read(ref s_floor) > version;
    }

    private static void ForgetTheOlderHalf()
    {
        var barriers = Barriers.ToArray();
        Array.Sort(barriers, static (a, b) => a.Value.CompareTo(b.Value));
        var half = barriers.AsSpan(0, barriers.Length / 2);
        Volatile.Write(ref s_floor, half[^1].Value);
        foreach (var (tag, _) in half)
        {
            Barriers.TryRemove(tag, out _);
        }
    }
}
