namespace Toolkit.Async;

/// <summary>
/// A lock for each key: <c>using (await locks.AcquireAsync(accountId, cancellationToken)) { … }</c>. Keys never wait for each
/// other, and a key that is neither held nor waited for takes no memory.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>For each key first come, first served: a release hands the lock to whoever waits longest.</item>
/// <item>Not reentrant. Who needs several keys at once acquires them in one order everywhere, or may wait for ever.</item>
/// <item>All members are safe to call from any thread; a lease may be disposed of on another thread than it was acquired on.</item>
/// <item>What waits goes on on the thread pool (or in its own context), never inside the release.</item>
/// <item>Once warm, nothing is allocated: entries, leases and waiters are used again. A time-out costs its timer.</item>
/// <item>There is nothing to dispose of.</item>
/// </list>
/// <para>A key that nobody else uses takes a place in a fixed table, by its hash code, with one atomic operation. Keys that meet
/// there, and those that wait for the same key, are kept in one of some hash tables, each guarded for the few instructions of a
/// look-up; nobody ever waits for a lock while guarding one, and different keys do not exclude each other.</para>
/// </remarks>
/// <typeparam name="TKey">The keys.</typeparam>
public sealed partial class KeyedAsyncLock<TKey> : IActiveKeys
    where TKey : notnull
{
    private readonly KeyedShard<TKey>[] _shards;
    private readonly ShardSlot<TKey>?[] _slots;
    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly LockOptions _options;
    private readonly bool _isDiagnosed;

    /// <summary>Locks that nobody holds.</summary>
    /// <param name="maxPerKey">How many may hold one key at the same time.</param>
    /// <param name="comparer">Which keys are the same; the default comparer if null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPerKey"/> is below 1.</exception>
    public KeyedAsyncLock(int maxPerKey = 1, IEqualityComparer<TKey>? comparer = null)
        : this(LockOptions.Default, maxPerKey, comparer)
    {
    }

    /// <summary>Locks that nobody holds.</summary>
    /// <param name="options">Their name, their clock, and which misuse they look for.</param>
    /// <param name="maxPerKey">How many may hold one key at the same time.</param>
    /// <param name="comparer">Which keys are the same; the default comparer if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxPerKey"/> is below 1.</exception>
    public KeyedAsyncLock(LockOptions options, int maxPerKey = 1, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (maxPerKey < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(maxPerKey), maxPerKey, "maxPerKey has to be at least 1.");
        }

        _comparer = KeyedPlaces.Comparer(comparer);
        _options = options;
        _isDiagnosed = options.IsDiagnosed;
        _shards = new KeyedShard<TKey>[KeyedPlaces.Shards];
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new KeyedShard<TKey>(_comparer, maxPerKey);
        }

        // Made when they are first needed.
        _slots = new ShardSlot<TKey>?[KeyedPlaces.Count];
        if (options.Name is not null)
        {
            Metrics.Add(this);
        }
    }

    /// <summary>How many keys are held or waited for: for metrics and tests, because it may change before it is looked at.</summary>
    public int ActiveKeys
    {
        get
        {
            var count = 0;
            foreach (var shard in _shards)
            {
                count += shard.ActiveKeys;
            }

            foreach (var slot in _slots)
            {
                count += slot is { IsTaken: true } ? 1 : 0;
            }

            return count;
        }
    }

    string? IActiveKeys.Name => _options.Name;

    /// <summary>Acquires the lock of a key, waiting for it if need be.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="cancellationToken">Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.</param>
    /// <returns>The lease; disposing of it releases the lock. Await the value task once, and always.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public ValueTask<Lease> AcquireAsync(TKey key, CancellationToken cancellationToken = default)
    {
        LockArguments.CheckKey(key);
        if (!_isDiagnosed && !cancellationToken.IsCancellationRequested)
        {
            var hash = Hash(key);
            var slot = Slot(hash);
            return slot.TryTake(key, hash, out var version)
                ? new ValueTask<Lease>(new Lease(slot, version))
                : AcquireSharedAsync(slot, key, hash, Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return AcquireAsync(key, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Acquires the lock of a key, waiting for it no longer than <paramref name="timeout"/>.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="timeout">Zero only tries; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever; at most 49 days.</param>
    /// <param name="cancellationToken">Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.</param>
    /// <returns>The lease; disposing of it releases the lock.</returns>
    /// <exception cref="TimeoutException">The lock was not acquired in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative or over 49 days.</exception>
    public ValueTask<Lease> AcquireAsync(TKey key, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        LockArguments.CheckKey(key);
        LockArguments.CheckTimeout(timeout);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Lease>(cancellationToken);
        }

        return _isDiagnosed
            ? AcquireDiagnosedAsync(key, timeout, cancellationToken)
            : AcquireCoreAsync(key, timeout, cancellationToken);
    }

    /// <summary>Acquires the lock of a key if it is free.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="lease">The lease, if it was; disposing of it releases the lock.</param>
    /// <returns>Whether the lock was acquired.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool TryAcquire(TKey key, out Lease lease)
    {
        LockArguments.CheckKey(key);
        var hash = Hash(key);
        var slot = Slot(hash);
        if (slot.TryTake(key, hash, out var version))
        {
            lease = new Lease(slot, version);
        }
        else
        {
            slot.KeyShard.AcquireOrQueue(slot, key, hash, mayQueue: false, out lease);
        }

        if (lease.IsHeld && _isDiagnosed)
        {
            lease = LockDiagnosis.Acquired(lease, this, key, _options, IsSameKey, static tracker => new Lease(tracker));
        }

        return lease.IsHeld;
    }

    // On its own: a method that has a closure in it allocates it on entry.
    private ValueTask<Lease> AcquireDiagnosedAsync(TKey key, TimeSpan timeout, CancellationToken cancellationToken) => LockDiagnosis.AcquireAsync(
        this, key, _options, IsSameKey, () => AcquireCoreAsync(key, timeout, cancellationToken), static tracker => new Lease(tracker));

    private ValueTask<Lease> AcquireCoreAsync(TKey key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var hash = Hash(key);
        var slot = Slot(hash);
        return slot.TryTake(key, hash, out var version)
            ? new ValueTask<Lease>(new Lease(slot, version))
            : AcquireSharedAsync(slot, key, hash, timeout, cancellationToken);
    }

    private ValueTask<Lease> AcquireSharedAsync(ShardSlot<TKey> slot, TKey key, int hash, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var waiter = slot.KeyShard.AcquireOrQueue(slot, key, hash, mayQueue: timeout != TimeSpan.Zero, out var lease);
        if (lease.IsHeld)
        {
            return new ValueTask<Lease>(lease);
        }

        return waiter is null
            ? ValueTask.FromException<Lease>(WaitTimeout<Lease>.Exception(timeout, _options, key))
            : waiter.Start(timeout, _options, cancellationToken);
    }

    private bool IsSameKey(object key, object? other) =>
        (_comparer ?? EqualityComparer<TKey>.Default).Equals((TKey)key, (TKey)other!);

    private int Hash(TKey key) => KeyedPlaces.Hash(key, _comparer);

    private ShardSlot<TKey> Slot(int hash)
    {
        var slots = _slots;
        var index = KeyedPlaces.Index(hash, slots.Length);
        return Volatile.Read(ref slots[index]) ?? AddSlot(index);
    }

    private ShardSlot<TKey> AddSlot(int index)
    {
        var slot = new ShardSlot<TKey>(_shards[index & (_shards.Length - 1)]);
        return Interlocked.CompareExchange(ref _slots[index], slot, null) ?? slot;
    }
}
