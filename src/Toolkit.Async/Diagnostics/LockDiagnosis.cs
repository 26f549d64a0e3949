namespace Toolkit.Async;

/// <summary>What is done around an acquisition of a lock that looks for misuse.</summary>
internal static class LockDiagnosis
{
    /// <summary>
    /// Marks the flow, acquires with <paramref name="acquire"/>, and wraps the lease. Not asynchronous itself, because a mark
    /// has to outlive it.
    /// </summary>
    public static ValueTask<TLease> AcquireAsync<TLease>(
        object target,
        object? key,
        LockOptions options,
        Func<object, object?, bool> isSameKey,
        Func<ValueTask<TLease>> acquire,
        Func<LeaseTracker, TLease> wrap)
        where TLease : IDisposable
    {
        LockMark? mark = null;
        if (options.DetectReentrancy)
        {
            mark = LockMark.TryEnter(target, key, isSameKey);
            if (mark is null)
            {
                return ValueTask.FromException<TLease>(Recursion(options, key));
            }
        }

        return FinishAsync(acquire, wrap, mark, options, key, Environment.StackTrace);
    }

    /// <summary>The same for an acquisition that does not wait.</summary>
    public static TLease Acquired<TLease>(
        TLease lease, object target, object? key, LockOptions options, Func<object, object?, bool> isSameKey, Func<LeaseTracker, TLease> wrap)
        where TLease : IDisposable
    {
        var mark = options.DetectReentrancy ? LockMark.TryEnter(target, key, isSameKey) : null;
        return wrap(new LeaseTracker(lease, mark, options, key, Environment.StackTrace));
    }

    private static LockRecursionException Recursion(LockOptions options, object? key) => new(
        $"{options.Describe(key)} is already held, or waited for, by this flow of control: it would wait for itself. Pass the lease on instead, or release it first.");

    private static async ValueTask<TLease> FinishAsync<TLease>(
        Func<ValueTask<TLease>> acquire, Func<LeaseTracker, TLease> wrap, LockMark? mark, LockOptions options, object? key, string acquiredAt)
        where TLease : IDisposable
    {
        try
        {
            var lease = await acquire().ConfigureAwait(false);
            return wrap(new LeaseTracker(lease, mark, options, key, acquiredAt));
        }
        catch
        {
            mark?.Clear();
            throw;
        }
    }
}
