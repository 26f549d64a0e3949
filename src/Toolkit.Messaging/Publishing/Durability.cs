namespace Toolkit.Messaging;

/// <summary>What the broker had done with a message when it acknowledged it. Nothing here promises exactly-once.</summary>
public enum Durability
{
    /// <summary>Accepted into the memory of this process: gone when the process ends.</summary>
    Memory = 0,

    /// <summary>Written to the local spool on disk; the broker has not seen it yet.</summary>
    Spooled = 1,

    /// <summary>Stored by one broker node on disk, or handed to its page cache.</summary>
    Broker = 2,

    /// <summary>Stored by a majority of the replicas, or by all that are in sync.</summary>
    Replicated = 3,
}
