using System.Runtime.CompilerServices;
using Toolkit.Caching.Diagnostics;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;

namespace Toolkit.Caching.Runtime;

// Misses of asynchronous methods.
public sealed partial class MemoCache<TKey, TValue>
{
    /// <inheritdoc cref="ComputeTask"/>
    public ValueTask<TValue> ComputeAsync<TCall>(TKey key, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue> =>
        new(ComputeTask(key, call, cancellationToken));

    /// <summary>
    /// Computes the result for <paramref name="key"/>, or waits for the call that is computing it. A caller that cancels stops
    /// waiting; the computation is cancelled when the last caller has. An exception goes to all that wait and is not kept.
    /// A call that would wait for itself computes uncached.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Task<TValue> ComputeTask<TCall>(TKey key, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TValue>(cancellationToken);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return ComputeOnThePool(key, call, cancellationToken);
        }

        var state = _state;
        var hash = key.GetHashCode();
        if (TryTakeRefresh(state, key, hash, out var due))
        {
            RefreshInBackground(state, key, call);
            return due.Task;
        }

        if (!state.Options.Enabled)
        {
            CallCounters.Increment(_misses);
            return call.InvokeAsync(cancellationToken).AsTask();
        }

        KeyedFlight<TKey, TValue> flight;
        while (!_flights.Lead(key, hash, out flight, out var joined))
        {
            if (!IsTaggedAway(state, key, flight))
            {
                return JoinAsync(flight, joined, call, cancellationToken);
            }

            _flights.LeaveAndInvalidate(flight);
        }

        // It may have landed between the look-up and the start.
        if (TryGetEntry(state, key, hash, out var entry))
        {
            _flights.Land(flight);
            flight.Succeed(entry.Value);
            return entry.Task;
        }

        if (!cancellationToken.CanBeCanceled)
        {
            return FlyAsync(state, key, flight, call, isRefresh: false, CancellationToken.None);
        }

        flight.Cancellation = new CancellationTokenSource();
        var task = FlyAsync(state, key, flight, call, isRefresh: false, flight.Cancellation.Token);
        return task.IsCompleted ? task : AwaitOrLeaveAsync(flight, task, cancellationToken);
    }

    // The stack of this thread is at its end. What waits for the computation waits here as there.
    private Task<TValue> ComputeOnThePool<TCall>(TKey key, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        var caller = Flight.Current;
        return Task.Run(
            () =>
            {
                var before = Flight.Enter(caller);
                try
                {
                    return ComputeTask(key, call, cancellationToken);
                }
                finally
                {
                    Flight.Exit(before);
                }
            },
            CancellationToken.None);
    }

    private async Task<TValue> FlyAsync<TCall>(
        MemoState<TKey, TValue> state, TKey key, KeyedFlight<TKey, TValue> flight, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        // Ends with this method: the caller's execution context comes back when an async method returns or is resumed.
        flight.Parent = Flight.Current;
        Flight.EnterFlow(flight);
        Outcome<TValue> outcome;
        try
        {
            outcome = await StartOutcome(state, key, flight, call, isRefresh, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested)
        {
            _flights.Land(flight);
            flight.Fail(exception);
            throw;
        }
        catch (Exception exception)
        {
            if (TryLandStale(state, key, flight, isRefresh, out var stale))
            {
                return stale.Value;
            }

            flight.Fail(exception);
            throw;
        }

        Land(state, key, flight, outcome);
        return outcome.Value;
    }

    // A synchronous computation on this thread that called us is not the innermost one while we run on it.
    private ValueTask<Outcome<TValue>> StartOutcome<TCall>(MemoState<TKey, TValue> state, TKey key, Flight flight, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        var before = Flight.Enter(null);
        try
        {
            return CachingDiagnostics.Source.HasListeners()
                ? ComputeTracedAsync(state, key, flight, call, isRefresh, cancellationToken)
                : ComputeOutcomeAsync(state, key, flight, call, isRefresh, cancellationToken);
        }
        finally
        {
            Flight.Exit(before);
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeTracedAsync<TCall>(MemoState<TKey, TValue> state, TKey key, Flight flight, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        using var activity = CachingDiagnostics.StartCompute(Name);
        try
        {
            return await ComputeOutcomeAsync(state, key, flight, call, isRefresh, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity.Fail(exception);
            throw;
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeOutcomeAsync<TCall>(MemoState<TKey, TValue> state, TKey key, Flight flight, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        ThrowStoreProblem(state);
        if (state.Tier is not null)
        {
            return await ComputeThroughStoreAsync(state, key, flight, call.InvokeAsync, isRefresh, cancellationToken).ConfigureAwait(false);
        }

        CallCounters.Increment(_misses);
        return new Outcome<TValue>(await call.InvokeAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<TValue> AwaitOrLeaveAsync(KeyedFlight<TKey, TValue> flight, Task<TValue> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !task.IsCompleted)
        {
            // What the computation may still throw has no one to go to.
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _flights.Leave(flight);
            throw;
        }
    }

    private async Task<TValue> JoinAsync<TCall>(KeyedFlight<TKey, TValue> flight, Task<TValue> joined, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        CallCounters.Increment(_misses);
        var caller = Flight.Current;
        if (!FlightGraph.TryWait(caller, flight))
        {
            _flights.Leave(flight);
            return await call.InvokeAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await AwaitOrLeaveAsync(flight, joined, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            FlightGraph.StopWaiting(caller, flight);
        }
    }

    private void RefreshInBackground<TCall>(MemoState<TKey, TValue> state, TKey key, TCall call)
        where TCall : struct, IAsyncCall<TValue> =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static due =>
            {
                if (!due.Cache._flights.Lead(due.Key, due.Key.GetHashCode(), out var flight, out _))
                {
                    due.Cache._flights.Leave(flight);
                    return;
                }

                // Nobody asked for this result yet: on an error the present one goes on until it expires.
                _ = due.Cache.FlyAsync(due.State, due.Key, flight, due.Call, isRefresh: true, CancellationToken.None)
                    .ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            },
            (Cache: this, State: state, Key: key, Call: call),
            preferLocal: false);
}
