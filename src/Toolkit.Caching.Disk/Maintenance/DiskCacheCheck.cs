namespace Toolkit.Caching.Disk;

/// <summary>The outcome of <see cref="DiskCacheStore.CheckAsync(CancellationToken)"/>.</summary>
/// <param name="Problems">What the databases' own check found, and totals that were wrong and are corrected; empty when they are sound.</param>
/// <param name="DamagedEntries">Entries that were damaged and are removed now.</param>
/// <param name="OrphanedFiles">Value files without an entry that are deleted now.</param>
public sealed record DiskCacheCheck(IReadOnlyList<string> Problems, long DamagedEntries, int OrphanedFiles)
{
    /// <summary>Whether nothing was damaged.</summary>
    public bool IsSound => Problems.Count == 0 && DamagedEntries == 0;
}
