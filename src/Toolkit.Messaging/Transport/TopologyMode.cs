namespace Toolkit.Messaging.Transport;

/// <summary>What to do about topics, exchanges and queues at start-up.</summary>
public enum TopologyMode
{
    /// <summary>Make what is missing; fail with <see cref="TopologyMismatchException"/> where it exists otherwise. Doing it again changes nothing.</summary>
    Declare = 0,

    /// <summary>Fail where it is missing or differs, as far as the broker can tell.</summary>
    Verify = 1,

    /// <summary>Leave it alone: someone else sets it up.</summary>
    None = 2,
}
