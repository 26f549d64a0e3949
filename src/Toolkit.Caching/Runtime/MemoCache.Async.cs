using System.Runtime.CompilerServices;
using Toolkit.Caching.Diagnostics;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Tags;

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
            return Task.Run(() => ComputeTask(key, call, cancellationToken), CancellationToken.None);
        }

        if (TryTakeRefresh(key, out var due))
        {
            RefreshInBackground(key, call);
            return due.Task;
        }

        if (!_options.Enabled)
        {
            CallCounters.Increment(_misses);
            return call.InvokeAsync(cancellationToken).AsTask();
        }

        if (!_flights.Lead(key, out var flight, out var joined))
        {
            return JoinAsync(key, flight, joined, call, cancellationToken);
        }

        // It may have landed between the look-up and the start.
        if (TryGetEntry(key, out var entry))
        {
            _flights.Land(key, flight);
            flight.Succeed(entry.Value);
            return entry.Task;
        }

        if (!cancellationToken.CanBeCanceled)
        {
            return FlyAsync(key, flight, call, isRefresh: false, CancellationToken.None);
        }

        flight.Cancellation = new CancellationTokenSource();
        var task = FlyAsync(key, flight, call, isRefresh: false, flight.Cancellation.Token);
        return task.IsCompleted ? task : AwaitOrLeaveAsync(key, flight, task, cancellationToken);
    }

    private async Task<TValue> FlyAsync<TCall>(TKey key, Flight<TValue> flight, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        // Ends with this method: the caller's execution context comes back when an async method returns or is resumed.
        flight.Parent = Flight.Current;
        Flight.EnterFlow(flight);
        var tagVersion = TagBarriers.Version;
        Outcome<TValue> outcome;
        try
        {
            outcome = await StartOutcome(key, call, isRefresh, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested && TryGetStale(key, out var stale))
            {
                _flights.Land(key, flight);
                flight.Succeed(stale.Value);
                return stale.Value;
            }

            _flights.Land(key, flight);
            flight.Fail(exception);
            throw;
        }

        Land(key, flight, outcome, tagVersion);
        return outcome.Value;
    }

    // A synchronous computation on this thread that called us is not the innermost one while we run on it.
    private ValueTask<Outcome<TValue>> StartOutcome<TCall>(TKey key, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        var before = Flight.Enter(null);
        try
        {
            return CachingDiagnostics.Source.HasListeners()
                ? ComputeTracedAsync(key, call, isRefresh, cancellationToken)
                : ComputeOutcomeAsync(key, call, isRefresh, cancellationToken);
        }
        finally
        {
            Flight.Exit(before);
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeTracedAsync<TCall>(TKey key, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        using var activity = CachingDiagnostics.StartCompute(Name);
        try
        {
            return await ComputeOutcomeAsync(key, call, isRefresh, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity.Fail(exception);
            throw;
        }
    }

    private async ValueTask<Outcome<TValue>> ComputeOutcomeAsync<TCall>(TKey key, TCall call, bool isRefresh, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        ThrowStoreProblem();
        if (_tier is { } tier)
        {
            return await ComputeThroughStoreAsync(tier, key, call.InvokeAsync, isRefresh, cancellationToken).ConfigureAwait(false);
        }

        CallCounters.Increment(_misses);
        return new Outcome<TValue>(await call.InvokeAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<TValue> AwaitOrLeaveAsync(TKey key, Flight<TValue> flight, Task<TValue> task, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !task.IsCompleted)
        {
            // What the computation may still throw has no one to go to.
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _flights.Leave(key, flight);
            throw;
        }
    }

    private async Task<TValue> JoinAsync<TCall>(TKey key, Flight<TValue> flight, Task<TValue> joined, TCall call, CancellationToken cancellationToken)
        where TCall : struct, IAsyncCall<TValue>
    {
        CallCounters.Increment(_misses);
        var caller = Flight.Current;
        if (!FlightGraph.TryWait(caller, flight))
        {
            _flights.Leave(key, flight);
            return await call.InvokeAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await AwaitOrLeaveAsync(key, flight, joined, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            FlightGraph.StopWaiting(caller, flight);
        }
    }

    private void RefreshInBackground<TCall>(TKey key, TCall call)
        where TCall : struct, IAsyncCall<TValue> =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                if (!state.Cache._flights.Lead(state.Key, out var flight, out _))
                {
                    state.Cache._flights.Leave(state.Key, flight);
                    return;
                }

                // Nobody asked for this result yet: on an error the present one goes on until it expires.
                _ = state.Cache.FlyAsync(state.Key, flight, state.Call, isRefresh: true, CancellationToken.None)
                    .ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            },
            (Cache: this, Key: key, Call: call),
            preferLocal: false);
}
