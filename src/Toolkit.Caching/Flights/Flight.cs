using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Flights;

/// <summary>One computation under way, and those who wait for it.</summary>
internal abstract class Flight
{
    private static readonly AsyncLocal<Flight?> CurrentFlight = new();

    /// <summary>The computation that the caller is part of.</summary>
    public static Flight? Current
    {
        get => CurrentFlight.Value;
        set => CurrentFlight.Value = value;
    }

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
