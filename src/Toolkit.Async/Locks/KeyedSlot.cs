using System.Runtime.CompilerServices;

namespace Toolkit.Async;

/// <summary>
/// One place in the fixed table of a keyed lock, for all keys whose hash codes lead to it. The first key that comes takes the
/// place itself, with one atomic operation and without the guard of the lock's other keys; as soon as somebody else comes, for the
/// same key or for another one, the place is shared: its holder is entered where everybody finds each other, until no key of the
/// place is in use there any more.
/// </summary>
/// <remarks>
/// The state: the phase, and above it the version, which is stamped on the lease and goes up each time the place becomes free.
/// Only the holder ends <see cref="Held"/> without the guard; to <see cref="Shared"/> and back it goes under it.
/// </remarks>
internal abstract class KeyedSlot<TKey> : LeaseHolder
    where TKey : notnull
{
    private const long Free = 0;
    private const long Changing = 1;
    private const long Held = 2;
    private const long Shared = 3;
    private const long PhaseMask = 3;
    private const int VersionShift = 2;

    private long _state;
    private TKey _key = default!;
    private int _note;

    /// <summary>How many of its keys are in use behind the guard. Guarded by it.</summary>
    public int SharedKeys { get; set; }

    /// <summary>Whether a key holds the place itself.</summary>
    public bool IsTaken => (Volatile.Read(ref _state) & PhaseMask) is Held or Changing;

    /// <summary>Takes a place that is free; the note comes back when the holder is adopted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(TKey key, int note, out long version)
    {
        var state = Volatile.Read(ref _state);
        if ((state & PhaseMask) == Free && Interlocked.CompareExchange(ref _state, state | Changing, state) == state)
        {
            _key = key;
            _note = note;
            Volatile.Write(ref _state, state | Held);
            version = state >> VersionShift;
            return true;
        }

        version = 0;
        return false;
    }

    public sealed override void Release(long version)
    {
        var held = (version << VersionShift) | Held;
        var free = (version + 1) << VersionShift;
        if (!RuntimeHelpers.IsReferenceOrContainsReferences<TKey>())
        {
            if (Interlocked.CompareExchange(ref _state, free, held) == held)
            {
                return;
            }
        }
        else if (Interlocked.CompareExchange(ref _state, (version << VersionShift) | Changing, held) == held)
        {
            // A key that is not in use is not kept alive.
            _key = default!;
            Volatile.Write(ref _state, free);
            return;
        }

        ReleaseAdopted(version);
    }

    /// <summary>Makes everybody go behind the guard, which the caller has; true if there is a holder to adopt.</summary>
    public bool Share(out TKey key, out int note)
    {
        var spinner = default(SpinWait);
        while (true)
        {
            var state = Volatile.Read(ref _state);
            switch (state & PhaseMask)
            {
                case Shared:
                    (key, note) = (default!, 0);
                    return false;
                case Changing:
                    // Some instructions of another thread; it does not need the guard for them.
                    spinner.SpinOnce();
                    break;
                default:
                    if (Interlocked.CompareExchange(ref _state, state | Shared, state) == state)
                    {
                        (key, note) = (_key, _note);
                        _key = default!;
                        return (state & PhaseMask) == Held;
                    }

                    break;
            }
        }
    }

    /// <summary>Lets keys take the place themselves again: none is left behind the guard, which the caller has.</summary>
    public void Unshare() => Volatile.Write(ref _state, ((_state >> VersionShift) + 1) << VersionShift);

    /// <summary>Ends a lease that was given out for the whole place, which has been shared meanwhile.</summary>
    protected abstract void ReleaseAdopted(long version);

    /// <summary>While the place is shared its version stands still, so that it is the version of the lease that was adopted.</summary>
    protected bool IsSharedAt(long version) => Volatile.Read(ref _state) == ((version << VersionShift) | Shared);
}
