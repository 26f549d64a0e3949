using System.Runtime.CompilerServices;

namespace Toolkit.Async;

/// <summary>
/// Guards some tens of instructions, never a wait and never foreign code but a key's comparer. One atomic operation for both
/// ends, where <see cref="Lock"/> takes two.
/// </summary>
internal struct SpinGuard
{
    private int _isHeld;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0)
        {
            EnterContended();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _isHeld, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        // Gives up its time slice after a while: whoever is inside may have lost its own.
        var spinner = default(SpinWait);
        do
        {
            spinner.SpinOnce();
        }
        while (Volatile.Read(ref _isHeld) != 0 || Interlocked.CompareExchange(ref _isHeld, 1, 0) != 0);
    }
}
