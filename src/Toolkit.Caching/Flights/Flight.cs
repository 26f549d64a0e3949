using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Flights;

/// <summary>One computation under way, and those who wait for it.</summary>
internal abstract class Flight
{
    private static readonly AsyncLocal<Flight?> CurrentOfFlow = new();

    [ThreadStatic]
    private static Flight? t_currentOfThread;

    /// <summary>The computation that the caller is part of: the synchronous one on this thread, or else the asynchronous one of this flow.</summary>
    public static Flight? Current => t_currentOfThread ?? CurrentOfFlow.Value;

    /// <summary>Begins a synchronous computation. It ends on the same thread: noting it there is ten times cheaper than in the flow.</summary>
    /// <returns>What <see cref="Exit"/> needs.</returns>
    public static Flight? Enter(Flight? flight)
    {
        var before = t_currentOfThread;
        t_currentOfThread = flight;
        return before;
    }

    public static void Exit(Flight? before) => t_currentOfThread = before;

    /// <summary>Begins an asynchronous computation; the calling async method's end ends it.</summary>
    public static void EnterFlow(Flight flight) => CurrentOfFlow.Value = flight;

    /// <summary>The computation that called this one.</summary>
    public Flight? Parent { get; set; }

    /// <summary>Computations that wait for this one, for the search for cycles; guarded by <see cref="FlightGraph"/>.</summary>
    public List<Flight>? WaitedBy { get; set; }

    /// <summary>Whether a removal came meanwhile: the result goes to those who wait and is not kept. Guarded by the table's stripe.</summary>
    public bool Invalidated { get; set; }

    /// <summary>Callers that still want the result; guarded by the table's stripe.</summary>
    public int Callers { get; set; } = 1;

    /// <summary>Cancels the computation when the last caller has gone; there only when every caller so far could go.</summary>
    public CancellationTokenSource? Cancellation { get; set; }
}

/// <summary>A computation of a <typeparamref name="TValue"/>.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and no registration of its own.")]
internal sealed class Flight<TValue> : Flight
{
    private TaskCompletionSource<TValue>? _waiters;

    /// <summary>For those who join; created by the first of them, under the table's stripe.</summary>
    public Task<TValue> Join() => (_waiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Whether anyone joined; true for good once the flight has left the table.</summary>
    public bool HasWaiters => _waiters is not null;

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
