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

    /// <summary>It has passed the gate of the source, and the source has not answered yet.</summary>
    public bool IsAtSource;

    /// <summary>The next one of those that are parked at a gate. Guarded by the gate.</summary>
    public WorkerState? NextParked;

    /// <summary>Wakes it when it is parked at a gate; made before it is parked, so that both sides have the same.</summary>
    public AsyncSignal Turn = null!;
}
