using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Flights;

/// <summary>One computation under way.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and no registration of its own.")]
internal abstract class Flight
{
    private static readonly AsyncLocal<Flight?> CurrentOfFlow = new();

    [ThreadStatic]
    private static Flight? t_currentOfThread;

    private bool _isInvalidated;

    /// <summary>
    /// The computation that the caller is part of: the synchronous one on this thread, or else the asynchronous one of this flow.
    /// Whoever asks may keep it.
    /// </summary>
    public static Flight? Current
    {
        get
        {
            if (t_currentOfThread is not { } current)
            {
                return CurrentOfFlow.Value;
            }

            current.IsKnown = true;
            return current;
        }
    }

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
    public static void EnterFlow(Flight flight)
    {
        flight.IsKnown = true;
        CurrentOfFlow.Value = flight;
    }

    /// <summary>The computation that called this one.</summary>
    public Flight? Parent { get; set; }

    /// <summary>Computations that wait for this one, for the search for cycles; guarded by <see cref="FlightGraph"/>.</summary>
    public List<Flight>? WaitedBy { get; set; }

    /// <summary>Whether anyone but its leader may have a reference to it, not counting those who joined. Written by the leader's thread alone.</summary>
    public bool IsKnown { get; protected set; }

    /// <summary>
    /// Whether a removal came meanwhile: the result goes to those who wait and is not kept. Written under the table's stripe;
    /// read without it by who has to take the result out of a store again.
    /// </summary>
    public bool IsInvalidated
    {
        get => Volatile.Read(ref _isInvalidated);
        set => Volatile.Write(ref _isInvalidated, value);
    }

    /// <summary>
    /// Whether news of other processes may have been missed meanwhile: nobody joins any more, and memory does not keep the result.
    /// The store may: it knows by itself what was removed from it. Guarded by the table's stripe.
    /// </summary>
    public bool IsDetached { get; set; }

    /// <summary>The version of the tag barriers when the computation began.</summary>
    public long TagVersion { get; set; }

    /// <summary>Callers that still want the result; guarded by the table's stripe.</summary>
    public int Callers { get; set; } = 1;

    /// <summary>Cancels the computation when the last caller has gone; there only when every caller so far could go.</summary>
    public CancellationTokenSource? Cancellation { get; set; }
}
