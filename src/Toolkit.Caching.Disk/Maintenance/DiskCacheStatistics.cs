namespace Toolkit.Caching.Disk;

/// <summary>The state of a disk cache.</summary>
/// <param name="Entries">Entries in the folder, expired ones included that were not swept yet.</param>
/// <param name="Bytes">What they count against the size limit.</param>
/// <param name="FileBytes">The bytes of the database files and their logs; value files not included.</param>
/// <param name="Evictions">Entries that this instance evicted.</param>
/// <param name="Damaged">Damaged entries that this instance found, each a miss.</param>
/// <param name="Quarantined">Damaged database files that this instance put aside.</param>
public readonly record struct DiskCacheStatistics(long Entries, long Bytes, long FileBytes, long Evictions, long Damaged, int Quarantined);
