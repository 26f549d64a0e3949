namespace Toolkit.Async;

/// <summary>A key that is held or waited for. Guarded by its shard, as are permits and waiters.</summary>
internal sealed class KeyedEntry<TKey>
    where TKey : notnull
{
    public TKey Key = default!;
    public int Hash;
    public int Holders;
    public ShardSlot<TKey> Slot = null!;
    public WaiterQueue<KeyedAsyncLock<TKey>.Lease> Queue;

    /// <summary>The next one of its bucket, or of the idle ones.</summary>
    public KeyedEntry<TKey>? Next;
}

/// <summary>What a lease refers to; handed on with a new version, so that old leases no longer fit.</summary>
internal sealed class KeyedPermit<TKey>(KeyedShard<TKey> shard) : LeaseHolder
    where TKey : notnull
{
    public KeyedEntry<TKey>? Entry;
    public long Version;
    public KeyedPermit<TKey>? Next;

    public override void Release(long version) => shard.Release(this, version);
}

internal sealed class KeyedWaiter<TKey>(KeyedShard<TKey> shard) : LockWaiter<KeyedAsyncLock<TKey>.Lease>
    where TKey : notnull
{
    public KeyedEntry<TKey>? Entry;

    // Its own copy: when a time-out asks for it, the entry may be in use for another key already.
    public TKey WaitsFor = default!;

    public override object? Key => WaitsFor;

    public override bool TryLeaveQueue(int generation) => shard.TryLeaveQueue(this, generation);

    protected override void Recycle() => shard.Recycle(this);
}
