namespace Toolkit.Async;

/// <summary>
/// Neighbouring items of a list that one worker has taken. The owner takes from the front; a worker without work cuts off the end.
/// </summary>
/// <remarks>
/// The owner, who comes for each item, uses no atomic operation: it says which item it takes and then looks whether the end is
/// still behind it. Whoever cuts off the end, which is rare, moves the end and then looks what the owner has taken; between the
/// two it makes all threads of the process catch up with their memory, in place of the barrier that the owner leaves out. Where
/// the two meet at one item, the lock decides. After the work-stealing protocol of Cilk-5 (Frigo, Leiserson, Randall 1998), "THE",
/// with an asymmetric fence.
/// <para>Cache lines of its own: it is there so that workers need not share one for each item.</para>
/// </remarks>
internal sealed class ItemRange
{
#pragma warning disable CS0169, IDE0051, CA1823 // padding
    private readonly long _before1, _before2, _before3, _before4, _before5, _before6, _before7, _before8;
    private readonly Lock _cutting = new();
    private int _next;
    private int _end;
    private bool _isAnnounced;
    private readonly long _after1, _after2, _after3, _after4, _after5, _after6, _after7, _after8;
#pragma warning restore CS0169, IDE0051, CA1823

    public bool IsEmpty => Volatile.Read(ref _next) >= Volatile.Read(ref _end);

    /// <summary>Only for the owner, who is about to fill it, and does so in the next few instructions.</summary>
    public void Announce() => Volatile.Write(ref _isAnnounced, true);

    /// <summary>Only for the owner: there was nothing to fill it with.</summary>
    public void TakeBack() => Volatile.Write(ref _isAnnounced, false);

    /// <summary>Until what is announced can be seen.</summary>
    public void WaitUntilFilled()
    {
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _isAnnounced))
        {
            spinner.SpinOnce();
        }
    }

    /// <summary>Only for the owner, and only while it is empty.</summary>
    public void Fill(int next, int end)
    {
        lock (_cutting)
        {
            // Stays empty for those who look until the end is written: a range that was cut off elsewhere may lie in front.
            Volatile.Write(ref _end, 0);
            Volatile.Write(ref _next, next);
            Volatile.Write(ref _end, end);
            Volatile.Write(ref _isAnnounced, false);
        }
    }

    /// <summary>Only for the owner.</summary>
    public bool TryTake(out int index)
    {
        index = _next;
        if (index >= Volatile.Read(ref _end))
        {
            // Empty, or in the middle of a cut that fails: only the lock tells, and who takes it for empty fills it anew.
            return TryTakeLast(index);
        }

        Volatile.Write(ref _next, index + 1);
        return index < Volatile.Read(ref _end) || TryTakeLast(index);
    }

    /// <summary>For the others: the second half of what is left, or the last one.</summary>
    public bool TryCut(out int from, out int to)
    {
        (from, to) = (0, 0);
        if (IsEmpty)
        {
            return false;
        }

        lock (_cutting)
        {
            var next = Volatile.Read(ref _next);
            to = Volatile.Read(ref _end);
            if (next >= to)
            {
                return false;
            }

            from = next + ((to - next) / 2);
            Volatile.Write(ref _end, from);
            Interlocked.MemoryBarrierProcessWide();
            if (Volatile.Read(ref _next) <= from)
            {
                return true;
            }

            // The owner was faster. If it has seen the end in between, it waits for the lock and looks again.
            Volatile.Write(ref _end, to);
            return false;
        }
    }

    private bool TryTakeLast(int index)
    {
        Volatile.Write(ref _next, index);
        lock (_cutting)
        {
            if (index >= _end)
            {
                return false;
            }

            Volatile.Write(ref _next, index + 1);
            return true;
        }
    }
}
