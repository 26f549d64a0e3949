using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Toolkit.Caching.Diagnostics;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

// Misses of synchronous methods.
public sealed partial class MemoCache<TKey, TValue>
{
    // Far more than the check of the present stack asks for, so that a recursion changes threads seldom.
    private const int FreshStackSize = 16 * 1024 * 1024;

    /// <summary>
    /// Computes the result for <paramref name="key"/>, or waits for the caller that is computing it. An exception goes to
    /// all that wait and is not kept. A call that would wait for itself computes uncached.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public TValue Compute<TCall>(TKey key, TCall call)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        // A recursion as deep as the problem is what memoized functions are written for: go on where there is room.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() && call.Defer() is { } deferred)
        {
            return ComputeOnFreshStack(key, deferred);
        }

        var state = _state;
        var hash = key.GetHashCode();
        if (TryTakeRefresh(state, key, hash, out var due))
        {
            if (call.Defer() is { } refresh)
            {
                RefreshInBackground(state, key, refresh);
            }

            return due.Value;
        }

        if (!state.Options.Enabled)
        {
            CallCounters.Increment(_misses);
            return call.Invoke();
        }

        KeyedFlight<TKey, TValue> flight;
        while (!_flights.Lead(key, hash, out flight, out var joined))
        {
            if (!IsTaggedAway(state, key, flight))
            {
                return Wait(flight, joined, call);
            }

            _flights.LeaveAndInvalidate(flight);
        }

        // It may have landed between the look-up and the start.
        if (TryGetEntry(state, key, hash, out var entry))
        {
            _flights.Land(flight);
            flight.Succeed(entry.Value);
            return entry.Value;
        }

        return Fly(state, key, flight, call, isRefresh: false);
    }

    private TValue Fly<TCall>(MemoState<TKey, TValue> state, TKey key, KeyedFlight<TKey, TValue> flight, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        flight.Parent = Flight.Current;
        var before = Flight.Enter(flight);
        Outcome<TValue> outcome;
        try
        {
            outcome = ComputeOutcome(state, key, flight, call, isRefresh);
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
        finally
        {
            Flight.Exit(before);
        }

        Land(state, key, flight, outcome);
        return outcome.Value;
    }

    private Outcome<TValue> ComputeOutcome<TCall>(MemoState<TKey, TValue> state, TKey key, Flight flight, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        if (!CachingDiagnostics.Source.HasListeners())
        {
            return ComputeUntraced(state, key, flight, call, isRefresh);
        }

        using var activity = CachingDiagnostics.StartCompute(Name);
        try
        {
            return ComputeUntraced(state, key, flight, call, isRefresh);
        }
        catch (Exception exception)
        {
            activity.Fail(exception);
            throw;
        }
    }

    private Outcome<TValue> ComputeUntraced<TCall>(MemoState<TKey, TValue> state, TKey key, Flight flight, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        ThrowStoreProblem(state);
        if (state.Tier is not null && call.Defer() is { } deferred)
        {
            return ComputeThroughStore(state, key, flight, deferred, isRefresh);
        }

        CallCounters.Increment(_misses);
        return new Outcome<TValue>(call.Invoke());
    }

    private TValue Wait<TCall>(KeyedFlight<TKey, TValue> flight, Task<TValue> joined, TCall call)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        CallCounters.Increment(_misses);
        var caller = Flight.Current;
        if (!FlightGraph.TryWait(caller, flight))
        {
            _flights.Leave(flight);
            return call.Invoke();
        }

        try
        {
            // The one who computes runs on a thread of its own: no pool thread has to come free for this to end.
            return joined.GetAwaiter().GetResult();
        }
        finally
        {
            FlightGraph.StopWaiting(caller, flight);
        }
    }

    private void Land(MemoState<TKey, TValue> state, TKey key, KeyedFlight<TKey, TValue> flight, Outcome<TValue> outcome)
    {
        var value = outcome.Value;
        if (IsKept(state, value) && outcome.State != StoreTierState.Stale)
        {
            if (!_flights.Land(flight, state.Level1, value, TermsOf(state, key, outcome, flight.TagVersion)))
            {
                // Nobody waits, and the object may be another computation's by now.
                return;
            }
        }
        else
        {
            _flights.Land(flight);
        }

        flight.Succeed(value);
    }

    // Ends a computation that threw. Those who wait get the last result, where there is one that is better than an exception.
    private bool TryLandStale(MemoState<TKey, TValue> state, TKey key, KeyedFlight<TKey, TValue> flight, bool isRefresh, [NotNullWhen(true)] out Entry<TValue>? stale)
    {
        var isStale = TryGetStale(state, key, flight.Hash, out stale);
        _flights.Land(flight);
        if (!isStale)
        {
            return false;
        }

        if (!isRefresh)
        {
            // A refresh answers no call.
            Interlocked.Increment(ref _staleHits);
        }

        flight.Succeed(stale!.Value);
        return true;
    }

    private TValue ComputeOnFreshStack(TKey key, Func<TValue> deferred)
    {
        TValue? value = default;
        ExceptionDispatchInfo? failure = null;
        var caller = Flight.Current;
        var thread = new Thread(
            () =>
            {
                Flight.Enter(caller);
                try
                {
                    value = Compute(key, new DeferredCall<TValue>(deferred));
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            },
            FreshStackSize)
        { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return value!;
    }

    private void RefreshInBackground(MemoState<TKey, TValue> state, TKey key, Func<TValue> refresh) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static due =>
            {
                if (!due.Cache._flights.Lead(due.Key, due.Key.GetHashCode(), out var flight, out _))
                {
                    due.Cache._flights.Leave(flight);
                    return;
                }

                try
                {
                    due.Cache.Fly(due.State, due.Key, flight, new DeferredCall<TValue>(due.Refresh), isRefresh: true);
                }
                catch (Exception)
                {
                    // Nobody asked for this result yet: the present one goes on until it expires, and the next caller sees the error.
                }
            },
            (Cache: this, State: state, Key: key, Refresh: refresh),
            preferLocal: false);
}
