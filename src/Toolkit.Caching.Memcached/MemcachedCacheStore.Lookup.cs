using System.Buffers.Binary;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

public sealed partial class MemcachedCacheStore
{
    /// <inheritdoc/>
    public async ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = _keys.Entry(key, out var hashed);
        var barrier = _keys.CacheBarrier(key.CacheId);
        var answers = await _cluster.GetAsync([name, barrier], cancellationToken).ConfigureAwait(false);
        var bar = await BarrierAsync(barrier, answers[1], cancellationToken).ConfigureAwait(false);
        if (Open(key, hashed, answers[0], bar, _timeProvider.GetUtcNow().UtcTicks) is not { } entry)
        {
            return CacheStoreLookup.Miss(Now());
        }

        if (entry.HasTags)
        {
            var tags = entry.ReadTags();
            var bars = await TagBarriersAsync(tags, cancellationToken).ConfigureAwait(false);
            if (tags.Exists(tag => entry.Stamp <= bars[tag]))
            {
                return CacheStoreLookup.Miss(Now());
            }
        }

        if (entry.SlidingTicks != 0)
        {
            await SlideAsync([name], [entry], cancellationToken).ConfigureAwait(false);
        }

        return new CacheStoreLookup(true, entry.Value, Now());
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        if (keys.Count == 0)
        {
            return [];
        }

        List<string> caches = [];
        var cacheOf = Number(keys, caches);
        var names = new List<string>(keys.Count + caches.Count);
        var hashed = new bool[keys.Count];
        for (var i = 0; i < hashed.Length; i++)
        {
            names.Add(_keys.Entry(keys[i], out hashed[i]));
        }

        foreach (var cache in caches)
        {
            names.Add(_keys.CacheBarrier(cache));
        }

        var answers = await _cluster.GetAsync(names, cancellationToken).ConfigureAwait(false);
        var cacheBars = new long[caches.Count];
        for (var i = 0; i < cacheBars.Length; i++)
        {
            var index = keys.Count + i;
            cacheBars[i] = await BarrierAsync(names[index], answers[index], cancellationToken).ConfigureAwait(false);
        }

        var entries = new MemcachedEntry?[keys.Count];
        var now = _timeProvider.GetUtcNow().UtcTicks;
        HashSet<string>? tags = null;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = Open(keys[i], hashed[i], answers[i], cacheBars[cacheOf[i]], now);
            if (entries[i] is { HasTags: true } tagged)
            {
                (tags ??= new(StringComparer.Ordinal)).UnionWith(tagged.ReadTags());
            }
        }

        var tagBars = tags is null ? null : await TagBarriersAsync([.. tags], cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(names, entries, tagBars, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<CacheStoreLookup>> AnswerAsync(
        List<string> names, MemcachedEntry?[] entries, Dictionary<string, long>? tagBars, CancellationToken cancellationToken)
    {
        var stamp = Now();
        var lookups = new CacheStoreLookup[entries.Length];
        List<string> slidingNames = [];
        List<MemcachedEntry> sliding = [];
        for (var i = 0; i < lookups.Length; i++)
        {
            lookups[i] = CacheStoreLookup.Miss(stamp);
            if (entries[i] is { } entry && (!entry.HasTags || !entry.ReadTags().Exists(tag => entry.Stamp <= tagBars![tag])))
            {
                lookups[i] = new CacheStoreLookup(true, entry.Value, stamp);
                if (entry.SlidingTicks != 0)
                {
                    slidingNames.Add(names[i]);
                    sliding.Add(entry);
                }
            }
        }

        if (sliding.Count > 0)
        {
            await SlideAsync(slidingNames, sliding, cancellationToken).ConfigureAwait(false);
        }

        return lookups;
    }

    // The number of each key's cache in `caches`. Mostly all keys are of one.
    private static int[] Number(IReadOnlyList<CacheStoreKey> keys, List<string> caches)
    {
        var numbers = new int[keys.Count];
        Dictionary<string, int>? known = null;
        for (var i = 0; i < numbers.Length; i++)
        {
            var cache = keys[i].CacheId;
            if (i > 0 && string.Equals(cache, keys[i - 1].CacheId, StringComparison.Ordinal))
            {
                numbers[i] = numbers[i - 1];
            }
            else if (!(known ??= new(StringComparer.Ordinal)).TryGetValue(cache, out numbers[i]))
            {
                known[cache] = numbers[i] = caches.Count;
                caches.Add(cache);
            }
        }

        return numbers;
    }

    private MemcachedEntry? Open(CacheStoreKey key, bool hashed, MetaAnswer answer, long barrier, long now)
    {
        if (answer is not { Status: MetaStatus.Value, Value: { } bytes } || !MemcachedEntry.TryRead(bytes, hashed ? key.ToArray() : default, out var entry))
        {
            return null;
        }

        Observe(entry.Stamp);
        return entry.Stamp > barrier && entry.DeadlineTicks > now ? entry : null;
    }

    /// <summary>
    /// The time of a barrier. One that the server has forgotten may have been raised since any entry was stored: it starts now, and
    /// bars everything older.
    /// </summary>
    private ValueTask<long> BarrierAsync(string barrier, MetaAnswer answer, CancellationToken cancellationToken)
    {
        if (TryReadBarrier(answer, out var time))
        {
            return ValueTask.FromResult(time);
        }

        return answer.Status == MetaStatus.Missing
            ? StartBarrierAsync(barrier, cancellationToken)

            // Its server is dead: nothing that it would bar can be trusted.
            : ValueTask.FromResult(long.MaxValue);
    }

    private async ValueTask<long> StartBarrierAsync(string barrier, CancellationToken cancellationToken)
    {
        var now = Now();
        var added = await _cluster.ExecuteAsync(barrier, new MetaRequest().Add(barrier, Number(now), 0), cancellationToken).ConfigureAwait(false);
        if (added.Status == MetaStatus.Done)
        {
            MarkSeen(barrier);
        }

        return now;
    }

    private async ValueTask<Dictionary<string, long>> TagBarriersAsync(List<string> tags, CancellationToken cancellationToken)
    {
        var bars = new Dictionary<string, long>(StringComparer.Ordinal);
        if (tags.Count == 0)
        {
            return bars;
        }

        var names = tags.ConvertAll(_keys.TagBarrier);
        var answers = await _cluster.GetAsync(names, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < names.Count; i++)
        {
            bars[tags[i]] = await BarrierAsync(names[i], answers[i], cancellationToken).ConfigureAwait(false);
        }

        return bars;
    }

    private async ValueTask SlideAsync(List<string> names, List<MemcachedEntry> entries, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        await _cluster.ExecuteEachAsync(
            names,
            (request, name, i) =>
            {
                var left = entries[i].DeadlineTicks == long.MaxValue ? long.MaxValue : entries[i].DeadlineTicks - now;
                request.Touch(name, Seconds(TimeSpan.FromTicks(Math.Max(1, Math.Min(left, entries[i].SlidingTicks)))));
            },
            cancellationToken).ConfigureAwait(false);
    }
}
