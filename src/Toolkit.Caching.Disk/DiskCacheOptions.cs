namespace Toolkit.Caching.Disk;

/// <summary>Options of <see cref="DiskCacheStore"/>. All processes that share a folder should use the same ones.</summary>
public sealed class DiskCacheOptions
{
    internal const long DefaultSizeLimit = 1L << 30;
    internal const int DefaultShards = 4;
    internal const int MaximumShards = 64;
    internal const int DefaultLargeValue = 64 * 1024;
    internal static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan DefaultMaintenanceInterval = TimeSpan.FromMilliseconds(250);
    private const long SmallestShard = 64 * 1024;

    /// <summary>
    /// The folder; created, for this user alone (mode 0700), where it is missing. A local file system: SQLite's shared memory does not
    /// work on network shares.
    /// </summary>
    /// <value>Must be set.</value>
    public string Folder { get; set; } = "";

    /// <summary>
    /// The bytes that entries may take in all processes together: keys, values and about 64 bytes of bookkeeping each. The database
    /// files are up to a third larger, for free space in their pages, and each has a log beside it: some megabytes, some tens of them under heavy writing.
    /// </summary>
    /// <value>1 GiB by default; at least 64 KiB a shard. A value must fit into one shard.</value>
    public long SizeLimit { get; set; } = DefaultSizeLimit;

    /// <summary>What leaves first.</summary>
    /// <value><see cref="DiskEvictionPolicy.LeastRecentlyUsed"/> by default.</value>
    public DiskEvictionPolicy Eviction { get; set; } = DiskEvictionPolicy.LeastRecentlyUsed;

    /// <summary>The database files that entries are spread over: each has one writer at a time. Fixed when the folder is created.</summary>
    /// <value>4 by default; 1 to 64.</value>
    public int Shards { get; set; } = DefaultShards;

    /// <summary>Values of more bytes than this are files of their own.</summary>
    /// <value>65,536 by default; at least 1,024.</value>
    public int LargeValueThreshold { get; set; } = DefaultLargeValue;

    /// <summary>
    /// Values that are files of their own are memory-mapped instead of read: a result of type <see cref="ReadOnlyMemory{T}"/> is then the
    /// file itself, without a copy, and the system keeps of it in memory what is used. Whoever takes such a result's
    /// <see cref="ReadOnlyMemory{T}.Span"/> must keep the memory referenced for as long as the span is used (a field, an array of results,
    /// <see cref="ReadOnlyMemory{T}.Pin"/>): the map ends with its last reference, and a span is none. Nobody may truncate the files.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool MapLargeValues { get; set; }

    /// <summary>How long an operation waits for other writers before it fails.</summary>
    /// <value>5 seconds by default.</value>
    public TimeSpan BusyTimeout { get; set; } = DefaultBusyTimeout;

    /// <summary>How often reads are written down and the log is moved into the database, in the background.</summary>
    /// <value>250 milliseconds by default.</value>
    public TimeSpan MaintenanceInterval { get; set; } = DefaultMaintenanceInterval;

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Folder))
        {
            throw new ArgumentException($"{nameof(DiskCacheOptions)}.{nameof(Folder)} must name the folder of the cache.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Shards, MaximumShards);
        ArgumentOutOfRangeException.ThrowIfLessThan(SizeLimit, SmallestShard * Shards);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargeValueThreshold, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BusyTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaintenanceInterval, TimeSpan.Zero);
        if (!Enum.IsDefined(Eviction))
        {
            throw new ArgumentOutOfRangeException(nameof(Eviction), Eviction, "There is no such eviction policy.");
        }
    }
}
