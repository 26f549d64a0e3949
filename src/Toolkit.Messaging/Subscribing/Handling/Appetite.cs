using System.Runtime.InteropServices;

namespace Toolkit.Messaging;

/// <summary>
/// What publishers look at for each message: written under the executor's lock, only when it changes, and on a cache line of
/// its own, so that the handlers' bookkeeping does not take it away from them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal sealed class Appetite
{
    [FieldOffset(64)]
    private volatile string? _busyKey;

    [FieldOffset(72)]
    private volatile bool _hungry = true;

    /// <summary>A key whose lane exists: a further message of it would have to wait there. Null where none is known.</summary>
    public string? BusyKey
    {
        get => _busyKey;
        set
        {
            if (!ReferenceEquals(_busyKey, value))
            {
                _busyKey = value;
            }
        }
    }

    /// <summary>Whether a handler could start, and no slot is on its way to look for work.</summary>
    public bool Hungry
    {
        get => _hungry;
        set
        {
            if (_hungry != value)
            {
                _hungry = value;
            }
        }
    }
}
