using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Toolkit.Caching.Diagnostics;
using Toolkit.Caching.Flights;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;
using Toolkit.Caching.Tags;

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

        if (TryTakeRefresh(key, out var due))
        {
            if (call.Defer() is { } refresh)
            {
                RefreshInBackground(key, refresh);
            }

            return due.Value;
        }

        if (!_options.Enabled)
        {
            CallCounters.Increment(_misses);
            return call.Invoke();
        }

        if (!_flights.Lead(key, out var flight, out var joined))
        {
            return Wait(key, flight, joined, call);
        }

        // It may have landed between the look-up and the start.
        if (TryGetEntry(key, out var entry))
        {
            _flights.Land(key, flight);
            flight.Succeed(entry.Value);
            return entry.Value;
        }

        return Fly(key, flight, call, isRefresh: false);
    }

    private TValue Fly<TCall>(TKey key, Flight<TValue> flight, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        flight.Parent = Flight.Current;
        var before = Flight.Enter(flight);
        var tagVersion = TagBarriers.Version;
        Outcome<TValue> outcome;
        try
        {
            outcome = ComputeOutcome(key, call, isRefresh);
        }
        catch (Exception exception)
        {
            if (TryGetStale(key, out var stale))
            {
                _flights.Land(key, flight);
                flight.Succeed(stale.Value);
                return stale.Value;
            }

            _flights.Land(key, flight);
            flight.Fail(exception);
            throw;
        }
        finally
        {
            Flight.Exit(before);
        }

        Land(key, flight, outcome, tagVersion);
        return outcome.Value;
    }

    private Outcome<TValue> ComputeOutcome<TCall>(TKey key, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        if (!CachingDiagnostics.Source.HasListeners())
        {
            return ComputeUntraced(key, call, isRefresh);
        }

        using var activity = CachingDiagnostics.StartCompute(Name);
        try
        {
            return ComputeUntraced(key, call, isRefresh);
        }
        catch (Exception exception)
        {
            activity.Fail(exception);
            throw;
        }
    }

    private Outcome<TValue> ComputeUntraced<TCall>(TKey key, TCall call, bool isRefresh)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        ThrowStoreProblem();
        if (_tier is { } tier && call.Defer() is { } deferred)
        {
            return ComputeThroughStore(tier, key, deferred, isRefresh);
        }

        CallCounters.Increment(_misses);
        return new Outcome<TValue>(call.Invoke());
    }

    private TValue Wait<TCall>(TKey key, Flight<TValue> flight, Task<TValue> joined, TCall call)
        where TCall : ISyncCall<TValue>, allows ref struct
    {
        CallCounters.Increment(_misses);
        var caller = Flight.Current;
        if (!FlightGraph.TryWait(caller, flight))
        {
            _flights.Leave(key, flight);
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

    private void Land(TKey key, Flight<TValue> flight, Outcome<TValue> outcome, long tagVersion)
    {
        var value = outcome.Value;
        if (IsKept(value) && outcome.State != StoreTierState.Stale)
        {
            _flights.Land(key, flight, _level1, CreateEntry(key, outcome, tagVersion));
        }
        else
        {
            _flights.Land(key, flight);
        }

        flight.Succeed(value);
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

    private void RefreshInBackground(TKey key, Func<TValue> refresh) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                if (!state.Cache._flights.Lead(state.Key, out var flight, out _))
                {
                    state.Cache._flights.Leave(state.Key, flight);
                    return;
                }

                try
                {
                    state.Cache.Fly(state.Key, flight, new DeferredCall<TValue>(state.Refresh), isRefresh: true);
                }
                catch (Exception)
                {
                    // Nobody asked for this result yet: the present one goes on until it expires, and the next caller sees the error.
                }
            },
            (Cache: this, Key: key, Refresh: refresh),
            preferLocal: false);
}
