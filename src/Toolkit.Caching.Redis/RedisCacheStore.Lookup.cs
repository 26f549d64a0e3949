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
    public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken) =>
        RunAsync(database => GetAsync(database, key), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return await RunAsync(database => GetManyAsync(database, keys), cancellationToken).ConfigureAwait(false);
    }

    private async Task<CacheStoreLookup> GetAsync(IDatabase database, CacheStoreKey key)
    {
        var name = _keys.Entry(key);
        var found = await ReadAsync(database, [name, _keys.CacheBarrier(key.CacheId), _keys.Clock]).ConfigureAwait(false);
        var stamp = await StampAsync(database, found[2]).ConfigureAwait(false);
        if (found[0].IsNull || !RedisEntry.TryRead((ReadOnlyMemory<byte>)found[0], out var entry) || IsBarred(entry, found[1]))
        {
            return CacheStoreLookup.Miss(stamp);
        }

        if (entry.HasTags)
        {
            var barriers = await ReadAsync(database, [.. entry.ReadTags().Select(_keys.TagBarrier)]).ConfigureAwait(false);
            if (barriers.Any(barrier => IsBarred(entry, barrier)))
            {
                return CacheStoreLookup.Miss(stamp);
            }
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

        var names = keys.Select(_keys.Entry).ToArray();
        var caches = keys.Select(key => key.CacheId).Distinct(StringComparer.Ordinal).ToArray();
        var found = await ReadAsync(database, [.. names, .. caches.Select(_keys.CacheBarrier), _keys.Clock]).ConfigureAwait(false);
        var stamp = await StampAsync(database, found[^1]).ConfigureAwait(false);
        var barriers = new Dictionary<string, RedisValue>(StringComparer.Ordinal);
        for (var i = 0; i < caches.Length; i++)
        {
            barriers[caches[i]] = found[keys.Count + i];
        }

        var entries = new RedisEntry?[keys.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            if (!found[i].IsNull && RedisEntry.TryRead((ReadOnlyMemory<byte>)found[i], out var entry) && !IsBarred(entry, barriers[keys[i].CacheId]))
            {
                entries[i] = entry;
            }
        }

        var tags = await ReadTagBarriersAsync(database, entries).ConfigureAwait(false);
        var lookups = new CacheStoreLookup[keys.Count];
        for (var i = 0; i < lookups.Length; i++)
        {
            lookups[i] = CacheStoreLookup.Miss(stamp);
            if (entries[i] is { } entry && (!entry.HasTags || !entry.ReadTags().Exists(tag => IsBarred(entry, tags[tag]))))
            {
                Slide(database, names[i], entry);
                lookups[i] = new CacheStoreLookup(true, entry.Value, stamp);
            }
        }

        return lookups;
    }

    private async Task<Dictionary<string, RedisValue>> ReadTagBarriersAsync(IDatabase database, RedisEntry?[] entries)
    {
        var tags = entries.Where(entry => entry is { HasTags: true }).SelectMany(entry => entry!.Value.ReadTags()).Distinct(StringComparer.Ordinal).ToArray();
        if (tags.Length == 0)
        {
            return [];
        }

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

    private static bool IsBarred(RedisEntry entry, RedisValue barrier) => !barrier.IsNull && entry.Stamp <= (long)barrier;

    private async ValueTask<long> StampAsync(IDatabase database, RedisValue clock) =>
        (clock.IsNull ? await StartClockAsync(database).ConfigureAwait(false) : (long)clock) + 1;

    private void Slide(IDatabase database, RedisKey name, RedisEntry entry)
    {
        if (entry.SlidingMilliseconds == 0)
        {
            return;
        }

        var left = entry.DeadlineMilliseconds - _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        SlideEntry(database, name, entry, Math.Max(1, Math.Min(left, entry.SlidingMilliseconds)));
    }

    internal static void SlideEntry(IDatabase database, RedisKey name, RedisEntry entry, long milliseconds) =>
        database.ScriptEvaluate(RedisScripts.Slide, [name], [entry.Head, milliseconds], CommandFlags.FireAndForget);
}
