using Nito.AsyncEx;

namespace Toolkit.Async;

/// <summary>
/// A lock for each key that many readers, or one writer, may hold:
/// <c>using (await locks.AcquireReaderAsync(path, cancellationToken)) { … }</c>. Keys never wait for each other, and a key that
/// is neither held nor waited for takes no memory.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Writers come first: a reader waits while a writer holds the key or waits for it, even one that came later, so that a stream
/// of readers does not starve a writer. Writers among themselves are served in the order in which they came; when no writer is
/// left, all readers that wait are let in together. A stream of writers starves the readers.</item>
/// <item>Not reentrant, and a reader can't become a writer: dispose of the lease and acquire another one.</item>
/// <item>All members are safe to call from any thread; a lease may be disposed of on another thread than it was acquired on.</item>
/// <item>One reader or writer that is alone with its key takes a place in a fixed table, by the key's hash code, with one atomic
/// operation and without an allocation. As soon as another one comes, the key has an <see cref="AsyncReaderWriterLock"/> of
/// Nito.AsyncEx until nobody uses it any more. That allocates, some 500 bytes a lock, and cancelling a waiter takes time in
/// proportion to the number of waiters of its key. Where all are writers, <see cref="KeyedAsyncLock{TKey}"/> is the better one.</item>
/// <item>There is nothing to dispose of.</item>
/// </list>
/// </remarks>
/// <typeparam name="TKey">The keys.</typeparam>
public sealed partial class KeyedAsyncReaderWriterLock<TKey> : IActiveKeys
    where TKey : notnull
{
    private readonly LockOptions _options;

    /// <summary>Locks that nobody holds.</summary>
    /// <param name="comparer">Which keys are the same; the default comparer if null.</param>
    public KeyedAsyncReaderWriterLock(IEqualityComparer<TKey>? comparer = null)
        : this(LockOptions.Default, comparer)
    {
    }

    /// <summary>Locks that nobody holds.</summary>
    /// <param name="options">Their name, their clock, and which misuse they look for.</param>
    /// <param name="comparer">Which keys are the same; the default comparer if null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public KeyedAsyncReaderWriterLock(LockOptions options, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _comparer = KeyedPlaces.Comparer(comparer);
        _entries = new Dictionary<TKey, Entry>(comparer);
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
            lock (_guard)
            {
                return _entries.Count + _slots.Count(static slot => slot is { IsTaken: true });
            }
        }
    }

    string? IActiveKeys.Name => _options.Name;

    /// <summary>Acquires a key for reading, waiting for it if need be.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="cancellationToken">Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.</param>
    /// <returns>The lease; disposing of it releases the lock. Await the value task once, and always.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public ValueTask<Lease> AcquireReaderAsync(TKey key, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, isWriter: false, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Acquires a key for reading, waiting for it no longer than <paramref name="timeout"/>.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="timeout">Zero only tries; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever; at most 49 days.</param>
    /// <param name="cancellationToken">Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.</param>
    /// <returns>The lease; disposing of it releases the lock.</returns>
    /// <exception cref="TimeoutException">The lock was not acquired in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative or over 49 days.</exception>
    public ValueTask<Lease> AcquireReaderAsync(TKey key, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, isWriter: false, timeout, cancellationToken);

    /// <summary>Acquires a key for writing, waiting for it if need be.</summary>
    /// <inheritdoc cref="AcquireReaderAsync(TKey, CancellationToken)"/>
    public ValueTask<Lease> AcquireWriterAsync(TKey key, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, isWriter: true, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Acquires a key for writing, waiting for it no longer than <paramref name="timeout"/>.</summary>
    /// <inheritdoc cref="AcquireReaderAsync(TKey, TimeSpan, CancellationToken)"/>
    public ValueTask<Lease> AcquireWriterAsync(TKey key, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        AcquireAsync(key, isWriter: true, timeout, cancellationToken);

    /// <summary>Acquires a key for reading if that needs no wait.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="lease">The lease, if it was acquired; disposing of it releases the lock.</param>
    /// <returns>Whether it was acquired: no writer holds the key or waits for it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool TryAcquireReader(TKey key, out Lease lease) => TryAcquire(key, isWriter: false, out lease);

    /// <summary>Acquires a key for writing if that needs no wait.</summary>
    /// <param name="key">The key; it must not change while it is locked.</param>
    /// <param name="lease">The lease, if it was acquired; disposing of it releases the lock.</param>
    /// <returns>Whether it was acquired: nobody holds the key.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool TryAcquireWriter(TKey key, out Lease lease) => TryAcquire(key, isWriter: true, out lease);

    private static Task<IDisposable> Request(Permit permit, bool isWriter, CancellationToken cancellationToken) =>
        (isWriter ? permit.Entry.Lock.WriterLockAsync(cancellationToken) : permit.Entry.Lock.ReaderLockAsync(cancellationToken)).AsTask();

    private bool TryAcquire(TKey key, bool isWriter, out Lease lease)
    {
        LockArguments.CheckKey(key);
        if (!TryTakePlace(key, isWriter, out var slot, out lease) && !TryAcquireCore(Use(slot, key), isWriter, out lease))
        {
            return false;
        }

        if (_options.IsDiagnosed)
        {
            lease = LockDiagnosis.Acquired(lease, this, key, _options, IsSameKey, static tracker => new Lease(tracker));
        }

        return true;
    }

    /// <summary>Acquires a key, or lets go of it.</summary>
    private bool TryAcquireCore(Permit permit, bool isWriter, out Lease lease)
    {
        // Nito's locks take an already cancelled token as a try.
        var request = Request(permit, isWriter, new CancellationToken(canceled: true));
        if (request.IsCompletedSuccessfully)
        {
            lease = permit.Grant(request.Result);
            return true;
        }

        Unuse(permit);
        lease = default;
        return false;
    }

    private ValueTask<Lease> AcquireAsync(TKey key, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LockArguments.CheckKey(key);
        LockArguments.CheckTimeout(timeout);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Lease>(cancellationToken);
        }

        return _options.IsDiagnosed
            ? AcquireDiagnosedAsync(key, isWriter, timeout, cancellationToken)
            : AcquireCoreAsync(key, isWriter, timeout, cancellationToken);
    }

    // On its own: a method that has a closure in it allocates it on entry.
    private ValueTask<Lease> AcquireDiagnosedAsync(TKey key, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken) => LockDiagnosis.AcquireAsync(
        this, key, _options, IsSameKey, () => AcquireCoreAsync(key, isWriter, timeout, cancellationToken), static tracker => new Lease(tracker));

    private ValueTask<Lease> AcquireCoreAsync(TKey key, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryTakePlace(key, isWriter, out var slot, out var alone))
        {
            return new ValueTask<Lease>(alone);
        }

        var permit = Use(slot, key);
        if (timeout == TimeSpan.Zero)
        {
            return TryAcquireCore(permit, isWriter, out var lease)
                ? new ValueTask<Lease>(lease)
                : ValueTask.FromException<Lease>(TooLate(key, timeout));
        }

        // The timer runs before the lock is asked for: the time-out of a waiter must not depend on who waits before it.
        var timer = timeout == Timeout.InfiniteTimeSpan ? null : new WaitEnd(timeout, _options.TimeProvider, cancellationToken);
        var request = Request(permit, isWriter, timer?.Token ?? cancellationToken);
        if (request.IsCompletedSuccessfully)
        {
            timer?.Dispose();
            return new ValueTask<Lease>(permit.Grant(request.Result));
        }

        return WaitAsync(permit, request, timer, timeout, cancellationToken);
    }

    private async ValueTask<Lease> WaitAsync(Permit permit, Task<IDisposable> request, WaitEnd? timer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = Metrics.LockWait.Enabled ? _options.TimeProvider.GetTimestamp() : (long?)null;
        try
        {
            var held = await request.ConfigureAwait(false);
            if (start is { } since)
            {
                Metrics.LockWait.Record(
                    _options.TimeProvider.GetElapsedTime(since).TotalSeconds, new KeyValuePair<string, object?>("lock", _options.Name));
            }

            return permit.Grant(held);
        }
        catch (OperationCanceledException)
        {
            var key = permit.Entry.Key;
            Unuse(permit);
            throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : TooLate(key, timeout);
        }
        finally
        {
            timer?.Dispose();
        }
    }

    private TimeoutException TooLate(TKey key, TimeSpan timeout) => new($"{_options.Describe(key)} was not acquired within {timeout}.");

    private bool IsSameKey(object key, object? other) => _entries.Comparer.Equals((TKey)key, (TKey)other!);
}
