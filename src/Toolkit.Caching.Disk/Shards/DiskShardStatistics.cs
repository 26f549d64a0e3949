namespace Toolkit.Caching.Disk;

internal readonly record struct DiskShardStatistics(long Entries, long Bytes, long FileBytes, long Evictions, long Damaged, int Quarantined);
