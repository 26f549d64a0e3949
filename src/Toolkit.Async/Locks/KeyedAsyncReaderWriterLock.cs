using Nito.AsyncEx;

namespace Toolkit.Async;

/// <summary>
/// A lock for each key that many readers, or one writer, may hold:
/// <c>using (await locks.AcquireReaderAsync(path, cancellationToken)) { … }</c>. Keys never wait for each other, and a key that
/// is neither held nor waited for takes no memory.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A reader waits while a writer holds the key or waits for it, so that a stream of readers does not starve a writer.</item>
/// <item>Not reentrant, and a reader can't become a writer: dispose of the lease and acquire another one.</item>
/// <item>All members are safe to call from any thread; a lease may be disposed of on another thread than it was acquired on.</item>
/// <item>Each key has an <see cref="AsyncReaderWriterLock"/> of Nito.AsyncEx while it is in use. That allocates, some 500 bytes a
/// lock, and cancelling a waiter takes time in proportion to the number of waiters of its key. Where all are writers,
/// <see cref="KeyedAsyncLock{TKey}"/> is the better one.</item>
/// <item>There is nothing to dispose of.</item>
/// </list>
/// </remarks>
/// <typeparam name="TKey">The keys.</typeparam>
public sealed partial class KeyedAsyncReaderWriterLock<TKey> : IActiveKeys
    where TKey : notnull
{
    private readonly Lock _guard = new();
    private readonly Dictionary<TKey, Entry> _entries;
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
                return _entries.Count;
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

    private static async Task<IDisposable> RequestAsync(AsyncReaderWriterLock target, bool isWriter, CancellationToken cancellationToken) =>
        isWriter
            ? await target.WriterLockAsync(cancellationToken).ConfigureAwait(false)
            : await target.ReaderLockAsync(cancellationToken).ConfigureAwait(false);

    private ValueTask<Lease> AcquireAsync(TKey key, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LockArguments.CheckKey(key);
        LockArguments.CheckTimeout(timeout);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Lease>(cancellationToken);
        }

        return _options.IsDiagnosed
            ? LockDiagnosis.AcquireAsync(
                this, key, _options, IsSameKey, () => AcquireCoreAsync(key, isWriter, timeout, cancellationToken), static tracker => new Lease(tracker))
            : AcquireCoreAsync(key, isWriter, timeout, cancellationToken);
    }

    private async ValueTask<Lease> AcquireCoreAsync(TKey key, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var entry = Use(key);
        try
        {
            var measured = Metrics.LockWait.Enabled;
            var start = measured ? _options.TimeProvider.GetTimestamp() : 0;
            var request = RequestAsync(entry, isWriter, timeout, cancellationToken);
            measured &= !request.IsCompleted;
            var held = await request.ConfigureAwait(false);
            if (measured)
            {
                Metrics.LockWait.Record(
                    _options.TimeProvider.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("lock", _options.Name));
            }

            return new Lease(new Permit(this, key, held));
        }
        catch
        {
            Unuse(key);
            throw;
        }
    }

    private async Task<IDisposable> RequestAsync(Entry entry, bool isWriter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return await RequestAsync(entry.Lock, isWriter, cancellationToken).ConfigureAwait(false);
        }

        // Nito's locks take an already cancelled token as a try.
        using var timer = timeout == TimeSpan.Zero ? null : new CancellationTokenSource(timeout, _options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer?.Token ?? new CancellationToken(canceled: true), cancellationToken);
        try
        {
            return await RequestAsync(entry.Lock, isWriter, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_options.Describe(entry.Key)} was not acquired within {timeout}.");
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private Entry Use(TKey key)
    {
        lock (_guard)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries.Add(key, entry = new Entry(key));
            }

            entry.Users++;
            return entry;
        }
    }

    private void Unuse(TKey key)
    {
        lock (_guard)
        {
            var entry = _entries[key];
            if (--entry.Users == 0)
            {
                _entries.Remove(key);
            }
        }
    }

    private bool IsSameKey(object key, object? other) => _entries.Comparer.Equals((TKey)key, (TKey)other!);

    private sealed class Entry(TKey key)
    {
        public TKey Key => key;

        public AsyncReaderWriterLock Lock { get; } = new();

        /// <summary>Those who hold it and those who wait for it.</summary>
        public int Users { get; set; }
    }

    /// <summary>One acquisition; its leases are copies of each other, and the first that is disposed of ends it.</summary>
    internal sealed class Permit(KeyedAsyncReaderWriterLock<TKey> locks, TKey key, IDisposable held) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                held.Dispose();
                locks.Unuse(key);
            }
        }
    }
}
