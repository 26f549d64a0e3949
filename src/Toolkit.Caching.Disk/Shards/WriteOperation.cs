namespace Toolkit.Caching.Disk;

/// <summary>One write. It runs inside a transaction that it may share with others.</summary>
internal abstract class WriteOperation() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What the write returned, once it has run.</summary>
    public bool Outcome { get; protected set; }

    public abstract void Execute(ShardWriter writer);
}
