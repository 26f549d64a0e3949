using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

public sealed partial class RedisCacheStore
{
    private enum Topology
    {
        Unknown,
        OneServer,
        Cluster,
    }

    /// <inheritdoc/>
    public async ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        var name = _keys.Entry(key);
        RedisValue[] found;
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // A hit without tags is all in the first answer. The layers between are left out for it: after a round trip each one runs cold.
            var multiplexer = _connection.Current ?? await _connection.GetMultiplexerAsync(cancellationToken).ConfigureAwait(false);
            var database = multiplexer.GetDatabase();
            var reading = ReadAsync(database, [name, _keys.CacheBarrier(key.CacheId), _keys.Clock]);
            found = await (cancellationToken.CanBeCanceled ? reading.WaitAsync(cancellationToken) : reading).ConfigureAwait(false);
            if (!found[2].IsNull && TryOpen(found[0], found[1], out var entry) && !entry.HasTags)
            {
                Slide(database, name, entry);
                return new CacheStoreLookup(true, entry.Value, (long)found[2] + 1);
            }
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Fail(exception);
        }

        return await RunAsync(database => LookUpAsync(database, name, found), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return await RunAsync(database => GetManyAsync(database, keys), cancellationToken).ConfigureAwait(false);
    }

    private async Task<CacheStoreLookup> LookUpAsync(IDatabase database, RedisKey name, RedisValue[] found)
    {
        var stamp = await StampAsync(database, found[2]).ConfigureAwait(false);
        if (!TryOpen(found[0], found[1], out var entry))
        {
            return CacheStoreLookup.Miss(stamp);
        }

        var barriers = await ReadAsync(database, [.. entry.ReadTags().Select(_keys.TagBarrier)]).ConfigureAwait(false);
        if (barriers.Any(barrier => IsBarred(entry, barrier)))
        {
            return CacheStoreLookup.Miss(stamp);
        }

        Slide(database, name, entry);
        return new CacheStoreLookup(true, entry.Value, stamp);
    }

    private async Task<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IDatabase database, IReadOnlyList<CacheStoreKey> keys)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var (names, cacheOf) = NameAll(keys);
        var found = await ReadAsync(database, names).ConfigureAwait(false);
        var stamp = await StampAsync(database, found[^1]).ConfigureAwait(false);
        var lookups = new CacheStoreLookup[cacheOf.Length];
        List<(int Index, RedisEntry Entry)>? tagged = null;
        for (var i = 0; i < lookups.Length; i++)
        {
            if (!TryOpen(found[i], found[cacheOf[i]], out var entry))
            {
                lookups[i] = CacheStoreLookup.Miss(stamp);
            }
            else if (entry.HasTags)
            {
                (tagged ??= []).Add((i, entry));
            }
            else
            {
                Slide(database, names[i], entry);
                lookups[i] = new CacheStoreLookup(true, entry.Value, stamp);
            }
        }

        if (tagged is not null)
        {
            var barriers = await ReadTagBarriersAsync(database, tagged).ConfigureAwait(false);
            foreach (var (index, entry) in tagged)
            {
                var barred = entry.ReadTags().Exists(tag => IsBarred(entry, barriers[tag]));
                lookups[index] = barred ? CacheStoreLookup.Miss(stamp) : new CacheStoreLookup(true, entry.Value, stamp);
                if (!barred)
                {
                    Slide(database, names[index], entry);
                }
            }
        }

        return lookups;
    }

    // The names of the entries, of the barriers of their caches and of the clock; and for each entry the place of its barrier.
    private (RedisKey[] Names, int[] CacheOf) NameAll(IReadOnlyList<CacheStoreKey> keys)
    {
        var cacheOf = new int[keys.Count];
        var caches = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < cacheOf.Length; i++)
        {
            var cache = keys[i].CacheId;
            if (i > 0 && ReferenceEquals(cache, keys[i - 1].CacheId))
            {
                cacheOf[i] = cacheOf[i - 1];
            }
            else if (!caches.TryGetValue(cache, out cacheOf[i]))
            {
                cacheOf[i] = keys.Count + caches.Count;
                caches.Add(cache, cacheOf[i]);
            }
        }

        var names = new RedisKey[keys.Count + caches.Count + 1];
        for (var i = 0; i < cacheOf.Length; i++)
        {
            names[i] = _keys.Entry(keys[i]);
        }

        foreach (var (cache, index) in caches)
        {
            names[index] = _keys.CacheBarrier(cache);
        }

        names[^1] = _keys.Clock;
        return (names, cacheOf);
    }

    private async Task<Dictionary<string, RedisValue>> ReadTagBarriersAsync(IDatabase database, List<(int Index, RedisEntry Entry)> entries)
    {
        var tags = entries.SelectMany(tagged => tagged.Entry.ReadTags()).Distinct(StringComparer.Ordinal).ToArray();
        var barriers = await ReadAsync(database, [.. tags.Select(_keys.TagBarrier)]).ConfigureAwait(false);
        return tags.Zip(barriers).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    // One command where one server has all keys; a cluster takes one a key, which the multiplexer pipelines.
    private Task<RedisValue[]> ReadAsync(IDatabase database, RedisKey[] keys)
    {
        var topology = _topology == Topology.Unknown ? Look(database.Multiplexer) : _topology;
        return topology == Topology.Cluster
            ? Task.WhenAll(keys.Select(key => database.StringGetAsync(key)))
            : database.StringGetAsync(keys);
    }

    // Kept from the first server that answers until something fails: not for every look-up to ask.
    private Topology Look(IConnectionMultiplexer multiplexer)
    {
        var seen = Topology.Unknown;
        foreach (var server in multiplexer.GetServers())
        {
            if (server.ServerType == ServerType.Cluster)
            {
                return _topology = Topology.Cluster;
            }

            seen = server.IsConnected ? Topology.OneServer : seen;
        }

        return _topology = seen;
    }

    private static bool TryOpen(RedisValue value, RedisValue cacheBarrier, out RedisEntry entry)
    {
        entry = default;
        return !value.IsNull && RedisEntry.TryRead((ReadOnlyMemory<byte>)value, out entry) && !IsBarred(entry, cacheBarrier);
    }

    private static bool IsBarred(RedisEntry entry, RedisValue barrier) => !barrier.IsNull && entry.Stamp <= (long)barrier;

    private async ValueTask<long> StampAsync(IDatabase database, RedisValue clock) =>
        (clock.IsNull ? await StartClockAsync(database).ConfigureAwait(false) : (long)clock) + 1;

    private void Slide(IDatabase database, RedisKey name, RedisEntry entry)
    {
        if (!entry.IsSliding)
        {
            return;
        }

        var left = entry.DeadlineMilliseconds - _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        SlideEntry(database, name, entry, Math.Max(1, Math.Min(left, entry.SlidingMilliseconds)));
    }

    internal static void SlideEntry(IDatabase database, RedisKey name, RedisEntry entry, long milliseconds) =>
        database.ScriptEvaluate(RedisScripts.Slide, [name], [entry.Head, milliseconds], CommandFlags.FireAndForget);
}
