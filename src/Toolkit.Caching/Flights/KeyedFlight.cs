namespace Toolkit.Caching.Flights;

/// <summary>A computation of the <typeparamref name="TValue"/> of one key, and those who wait for it.</summary>
internal sealed class KeyedFlight<TKey, TValue> : Flight
    where TKey : notnull
{
    private TaskCompletionSource<TValue>? _waiters;

    public TKey Key { get; private set; } = default!;

    public int Hash { get; private set; }

    /// <summary>The next one of the same bucket; guarded by the table's stripe.</summary>
    public KeyedFlight<TKey, TValue>? Next;

    /// <summary>Whether nobody but the leader has a reference to it, once it has left the table, so that it can serve again.</summary>
    public bool IsLeadersAlone => _waiters is null && !IsKnown;

    /// <summary>Makes it a computation of <paramref name="key"/> that begins now.</summary>
    public void Begin(TKey key, int hash, long tagVersion)
    {
        Key = key;
        Hash = hash;
        TagVersion = tagVersion;
    }

    /// <summary>Forgets what it was a computation of. Only while it is its leader's alone.</summary>
    public void Reset()
    {
        Key = default!;
        Next = null;
        Parent = null;
        IsInvalidated = false;
        IsDetached = false;
    }

    /// <summary>For those who join; created by the first of them, under the table's stripe.</summary>
    public Task<TValue> Join() => (_waiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Succeed(TValue value) => _waiters?.TrySetResult(value);

    public void Fail(Exception exception)
    {
        if (_waiters is null)
        {
            return;
        }

        if (exception is OperationCanceledException canceled)
        {
            _waiters.TrySetCanceled(canceled.CancellationToken.IsCancellationRequested ? canceled.CancellationToken : new CancellationToken(true));
            return;
        }

        _waiters.TrySetException(exception);

        // A waiter that gave up would leave the exception unobserved.
        _ = _waiters.Task.Exception;
    }
}
