using System.Runtime.CompilerServices;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

public sealed partial class MemcachedCacheStore
{
    /// <inheritdoc/>
    public async ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var barrier = _keys.CacheBarrier(key.CacheId);
        var batch = new MetaBatch(_cluster, 2);
        var hashed = AddGet(batch, key);
        batch.For(barrier).Retrieve(barrier);
        var answers = await batch.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        var bar = await BarrierAsync(barrier, answers[1], cancellationToken).ConfigureAwait(false);
        if (!TryOpen(key, hashed, answers[0], bar, _timeProvider.GetUtcNow().UtcTicks, out var entry))
        {
            return CacheStoreLookup.Miss(Now());
        }

        if (entry.HasTags)
        {
            var tags = entry.ReadTags();
            var bars = await TagBarriersAsync(tags, cancellationToken).ConfigureAwait(false);
            if (IsBarred(entry, tags, bars))
            {
                return CacheStoreLookup.Miss(Now());
            }
        }

        if (entry.SlidingTicks != 0)
        {
            await SlideAsync([(key, entry)], cancellationToken).ConfigureAwait(false);
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
        var barriers = caches.ConvertAll(_keys.CacheBarrier);
        var hashed = new bool[keys.Count];
        var answers = await AskFor(keys, barriers, hashed).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        var cacheBars = new long[caches.Count];
        for (var i = 0; i < cacheBars.Length; i++)
        {
            cacheBars[i] = await BarrierAsync(barriers[i], answers[keys.Count + i], cancellationToken).ConfigureAwait(false);
        }

        var (now, stamp) = (_timeProvider.GetUtcNow().UtcTicks, Now());
        var lookups = new CacheStoreLookup[keys.Count];
        List<(int Index, MemcachedEntry Entry)>? unfinished = null;
        for (var i = 0; i < lookups.Length; i++)
        {
            if (!TryOpen(keys[i], hashed[i], answers[i], cacheBars[cacheOf[i]], now, out var entry))
            {
                lookups[i] = CacheStoreLookup.Miss(stamp);
                continue;
            }

            lookups[i] = new CacheStoreLookup(true, entry.Value, stamp);
            if (entry.HasTags || entry.SlidingTicks != 0)
            {
                (unfinished ??= []).Add((i, entry));
            }
        }

        if (unfinished is not null)
        {
            await FinishAsync(keys, lookups, unfinished, cancellationToken).ConfigureAwait(false);
        }

        return lookups;
    }

    // What was found but has tags or slides.
    private async ValueTask FinishAsync(
        IReadOnlyList<CacheStoreKey> keys, CacheStoreLookup[] lookups, List<(int Index, MemcachedEntry Entry)> found, CancellationToken cancellationToken)
    {
        var tags = found.SelectMany(item => item.Entry.ReadTags()).Distinct(StringComparer.Ordinal).ToList();
        var bars = await TagBarriersAsync(tags, cancellationToken).ConfigureAwait(false);
        var stamp = Now();
        var sliding = new List<(CacheStoreKey Key, MemcachedEntry Entry)>();
        foreach (var (index, entry) in found)
        {
            if (IsBarred(entry, entry.ReadTags(), bars))
            {
                lookups[index] = CacheStoreLookup.Miss(stamp);
            }
            else if (entry.SlidingTicks != 0)
            {
                sliding.Add((keys[index], entry));
            }
        }

        if (sliding.Count > 0)
        {
            await SlideAsync(sliding, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsBarred(MemcachedEntry entry, List<string> tags, Dictionary<string, long> tagBars) => tags.Exists(tag => entry.Stamp <= tagBars[tag]);

    private MetaBatch AskFor(IReadOnlyList<CacheStoreKey> keys, List<byte[]> barriers, bool[] hashed)
    {
        var batch = new MetaBatch(_cluster, keys.Count + barriers.Count);
        for (var i = 0; i < hashed.Length; i++)
        {
            hashed[i] = AddGet(batch, keys[i]);
        }

        foreach (var barrier in barriers)
        {
            batch.For(barrier).Retrieve(barrier);
        }

        return batch;
    }

    // Without an array for the name: of keys there may be many.
    [SkipLocalsInit]
    private bool AddGet(MetaBatch batch, CacheStoreKey key)
    {
        Span<byte> buffer = stackalloc byte[MemcachedKeys.Longest];
        var name = buffer[.._keys.WriteEntry(key, buffer, out var hashed)];
        batch.For(name).Retrieve(name);
        return hashed;
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

    private bool TryOpen(CacheStoreKey key, bool hashed, MetaAnswer answer, long barrier, long now, out MemcachedEntry entry)
    {
        entry = default;
        if (answer.Value is not { } bytes || !MemcachedEntry.TryRead(bytes, hashed ? key.ToArray() : default, out var read))
        {
            return false;
        }

        Observe(read.Stamp);
        if (read.Stamp <= barrier || read.DeadlineTicks <= now)
        {
            return false;
        }

        entry = read;
        return true;
    }

    /// <summary>
    /// The time of a barrier. One that the server has forgotten may have been raised since any entry was stored: it starts now, and
    /// bars everything older.
    /// </summary>
    private ValueTask<long> BarrierAsync(byte[] barrier, MetaAnswer answer, CancellationToken cancellationToken)
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

    private async ValueTask<long> StartBarrierAsync(byte[] barrier, CancellationToken cancellationToken)
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

        var barriers = tags.ConvertAll(_keys.TagBarrier);
        var batch = new MetaBatch(_cluster, barriers.Count);
        barriers.ForEach(barrier => batch.For(barrier).Retrieve(barrier));
        var answers = await batch.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < barriers.Count; i++)
        {
            bars[tags[i]] = await BarrierAsync(barriers[i], answers[i], cancellationToken).ConfigureAwait(false);
        }

        return bars;
    }

    private async ValueTask SlideAsync(List<(CacheStoreKey Key, MemcachedEntry Entry)> sliding, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        var batch = new MetaBatch(_cluster, sliding.Count);
        foreach (var (key, entry) in sliding)
        {
            var name = _keys.Entry(key, out _);
            var left = entry.DeadlineTicks == long.MaxValue ? long.MaxValue : entry.DeadlineTicks - now;
            batch.For(name).Touch(name, Seconds(TimeSpan.FromTicks(Math.Max(1, Math.Min(left, entry.SlidingTicks)))));
        }

        await batch.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }
}
