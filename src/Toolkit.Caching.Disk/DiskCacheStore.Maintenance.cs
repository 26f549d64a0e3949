namespace Toolkit.Caching.Disk;

public sealed partial class DiskCacheStore
{
    /// <summary>A file without an entry is an orphan from this age on: no write takes as long.</summary>
    internal static readonly TimeSpan OrphanGrace = TimeSpan.FromMinutes(10);

    /// <summary>Counts entries and bytes.</summary>
    public Task<DiskCacheStatistics> GetStatisticsAsync(CancellationToken cancellationToken) => InBackground(
        folder =>
        {
            var all = folder.Shards.Select(shard => shard.Statistics()).ToList();
            return new DiskCacheStatistics(
                all.Sum(one => one.Entries),
                all.Sum(one => one.Bytes),
                all.Sum(one => one.FileBytes),
                all.Sum(one => one.Evictions),
                all.Sum(one => one.Damaged),
                all.Sum(one => one.Quarantined) + folder.ControlQuarantined);
        },
        cancellationToken);

    /// <summary>Lists the caches with what they take, the largest first: reads all rows.</summary>
    public Task<IReadOnlyList<DiskCacheUsage>> GetCachesAsync(CancellationToken cancellationToken) => InBackground<IReadOnlyList<DiskCacheUsage>>(
        folder =>
        {
            var usage = new Dictionary<string, (long Entries, long Bytes)>(StringComparer.Ordinal);
            foreach (var shard in folder.Shards)
            {
                shard.AddUsage(usage);
            }

            return [.. usage.Select(pair => new DiskCacheUsage(pair.Key, pair.Value.Entries, pair.Value.Bytes)).OrderByDescending(one => one.Bytes)];
        },
        cancellationToken);

    /// <summary>
    /// Clears one cache and frees its space at once; <see cref="ClearAsync"/> alone leaves that to eviction. Other
    /// processes can go on meanwhile.
    /// </summary>
    /// <returns>The number of entries removed.</returns>
    public async Task<long> RemoveCacheAsync(string cacheId, CancellationToken cancellationToken)
    {
        await ClearAsync(cacheId, cancellationToken).ConfigureAwait(false);
        return await InBackground(folder => folder.Shards.Sum(shard => shard.RemoveCache(cacheId, cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads every page, entry and value file, removes damaged entries, corrects the totals, and deletes value files without an entry that are older
    /// than ten minutes. Writers wait for a shard while it is read.
    /// </summary>
    public Task<DiskCacheCheck> CheckAsync(CancellationToken cancellationToken) => CheckAsync(OrphanGrace, cancellationToken);

    /// <summary>Gives free pages and the logs back to the file system. Writers of all processes wait meanwhile.</summary>
    public Task VacuumAsync(CancellationToken cancellationToken) => InBackground(
        folder =>
        {
            foreach (var shard in folder.Shards)
            {
                cancellationToken.ThrowIfCancellationRequested();
                shard.FlushTouches();
                shard.Vacuum();
            }

            return 0;
        },
        cancellationToken);

    internal Task<DiskCacheCheck> CheckAsync(TimeSpan orphanGrace, CancellationToken cancellationToken) => InBackground(
        folder =>
        {
            var problems = new List<string>();
            var damaged = 0L;
            var orphans = 0;
            foreach (var shard in folder.Shards)
            {
                var (found, removed) = shard.Check(cancellationToken);
                problems.AddRange(found);
                damaged += removed;
                orphans += shard.SweepFiles(orphanGrace);
            }

            return new DiskCacheCheck(problems, damaged, orphans);
        },
        cancellationToken);

    private Task<T> InBackground<T>(Func<DiskFolder, T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Run(work), cancellationToken);
}
