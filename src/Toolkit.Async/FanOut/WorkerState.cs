using System.Runtime.InteropServices;

namespace Toolkit.Async;

/// <summary>What one worker keeps from item to item.</summary>
internal sealed class WorkerState
{
    /// <summary>
    /// How many items the worker may take at once, because as many bodies before have completed without waiting. One that
    /// waits sets it back.
    /// </summary>
    public int Batch = 1;

    /// <summary>It has not got its first item yet.</summary>
    public bool IsFirst = true;

    /// <summary>Items that it has taken and not yet started; others may take them away. Made when it is first needed.</summary>
    public ItemRange? Range;
}

/// <summary>
/// Neighbouring items of a list that one worker has taken: the index of the next one in the lower half, that of the end in the
/// upper. The owner takes from the front; a worker without work cuts off the end.
/// </summary>
/// <remarks>A cache line of its own: it is there so that workers need not share one for each item.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal sealed class ItemRange
{
#pragma warning disable CS0169, IDE0051, CA1823 // padding
    private readonly long _before1, _before2, _before3, _before4, _before5, _before6, _before7, _before8;
    private long _bounds;
    private readonly long _after1, _after2, _after3, _after4, _after5, _after6, _after7, _after8;
#pragma warning restore CS0169, IDE0051, CA1823

    public bool IsEmpty
    {
        get
        {
            var bounds = Volatile.Read(ref _bounds);
            return Next(bounds) >= End(bounds);
        }
    }

    /// <summary>Only for the owner, and only while it is empty. Indexes never come back, so no old value is met again.</summary>
    public void Fill(long next, long end) => Volatile.Write(ref _bounds, (end << 32) | next);

    /// <summary>Only for the owner.</summary>
    public bool TryTake(out long index)
    {
        // The increment may run past the end once, which nobody minds; the check keeps it at that.
        var bounds = Volatile.Read(ref _bounds);
        if (Next(bounds) < End(bounds))
        {
            bounds = Interlocked.Increment(ref _bounds) - 1;
            index = Next(bounds);
            return index < End(bounds);
        }

        index = 0;
        return false;
    }

    /// <summary>For the others: the second half of what is left, or the last one.</summary>
    public bool TrySteal(out long from, out long to)
    {
        while (true)
        {
            var bounds = Volatile.Read(ref _bounds);
            long next = Next(bounds);
            to = End(bounds);
            from = next + ((to - next) / 2);
            if (next >= to)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _bounds, (from << 32) | next, bounds) == bounds)
            {
                return true;
            }
        }
    }

    private static uint Next(long bounds) => (uint)bounds;

    private static uint End(long bounds) => (uint)(bounds >> 32);
}
