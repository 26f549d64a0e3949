namespace Toolkit.Caching.Disk;

/// <summary>The numbers of a record; times are UTC ticks, <see cref="long.MaxValue"/> is «never», 0 is «no sliding».</summary>
internal readonly record struct DiskRecordParts(
    long Stamp, long StoredTicks, long SlidingTicks, long DeadlineTicks, int ValueLength, uint FileChecksum)
{
    public long ExpiresTicks => SlidingTicks == 0 ? DeadlineTicks : Math.Min(DeadlineTicks, Later(StoredTicks, SlidingTicks));

    public static long Later(long ticks, long span) => span > long.MaxValue - ticks ? long.MaxValue : ticks + span;
}
