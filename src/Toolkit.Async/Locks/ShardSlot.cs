namespace Toolkit.Async;

/// <summary>A place whose keys go to a shard of a <see cref="KeyedAsyncLock{TKey}"/> when it is shared, and its guard is the shard's.</summary>
internal sealed class ShardSlot<TKey>(KeyedShard<TKey> shard) : KeyedSlot<TKey>
    where TKey : notnull
{
    // What stands in the shard for the lease that was given out before the place was shared. Guarded by the shard.
    private KeyedPermit<TKey>? _adopted;

    public KeyedShard<TKey> KeyShard { get; } = shard;

    /// <summary>The permit that from now on stands for the lease of before.</summary>
    public void Adopt(KeyedPermit<TKey> permit) => _adopted = permit;

    /// <summary>The permit of the lease of that version, once.</summary>
    public KeyedPermit<TKey>? TakeAdopted(long version)
    {
        if (!IsSharedAt(version))
        {
            return null;
        }

        var permit = _adopted;
        _adopted = null;
        return permit;
    }

    protected override void ReleaseAdopted(long version) => KeyShard.ReleaseAdopted(this, version);
}
