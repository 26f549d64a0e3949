using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Level1;

/// <summary>
/// A lock around some tens of nanoseconds of work, at half the cost of a <see cref="Lock"/> where nobody else wants it: one
/// interlocked operation. Who finds it taken spins and then gives up its core again and again, because the holder is about to
/// leave, or has lost its own core. Reentrant, because keys are compared under it, by code that is not ours.
/// </summary>
internal struct ShortLock
{
    // A thousandth of a second is ten thousand times as long as the lock is held.
    private const int TurnsBeforeSleeping = 1000;

    private int _owner;
    private int _depth;

    /// <summary>Waits for it and holds it until the result is disposed.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Held Hold()
    {
        var thread = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _owner, thread, 0) != 0)
        {
            EnterSlow(thread);
        }

        return new Held(ref this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlow(int thread)
    {
        if (Volatile.Read(ref _owner) == thread)
        {
            _depth++;
            return;
        }

        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce(TurnsBeforeSleeping);
        }
        while (Volatile.Read(ref _owner) != 0 || Interlocked.CompareExchange(ref _owner, thread, 0) != 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Exit()
    {
        if (_depth == 0)
        {
            Volatile.Write(ref _owner, 0);
        }
        else
        {
            _depth--;
        }
    }

    /// <summary>The right to be where the lock guards.</summary>
    public readonly ref struct Held(ref ShortLock held)
    {
        private readonly ref ShortLock _held = ref held;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => _held.Exit();
    }
}
