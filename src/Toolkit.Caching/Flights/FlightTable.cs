using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Runtime;
using Toolkit.Caching.Tags;

namespace Toolkit.Caching.Flights;

/// <summary>
/// The computations of one cache that are under way, by key, in stripes of a lock each. A computation that nobody joined and
/// nobody else knows of leaves its object for the next one of its stripe.
/// </summary>
/// <param name="stripes">A power of two.</param>
internal sealed class FlightTable<TKey, TValue>(int stripes)
    where TKey : struct, IEquatable<TKey>
{
    /// <summary>For the one cache of a method.</summary>
    public const int ManyStripes = 16;

    private readonly FlightStripe<TKey, TValue>?[] _stripes = new FlightStripe<TKey, TValue>?[stripes];

    /// <summary>
    /// Starts a flight for <paramref name="key"/>, or joins the one that there is: then <paramref name="joined"/> is its result
    /// to come. Counts the caller in; one that stops waiting calls <see cref="Leave"/>.
    /// </summary>
    /// <returns>Whether the caller has to compute.</returns>
    public bool Lead(TKey key, int hash, out KeyedFlight<TKey, TValue> flight, [NotNullWhen(false)] out Task<TValue>? joined)
    {
        var stripe = StripeOf(hash);
        lock (stripe.Gate)
        {
            if (stripe.Find(key, hash) is { } found)
            {
                flight = found;
                flight.Callers++;
                joined = flight.Join();
                return false;
            }

            flight = stripe.Add(key, hash, TagBarriers.Version);
            joined = null;
            return true;
        }
    }

    /// <summary>A caller gives up. The last one cancels the computation, which then is nobody's: the next caller starts anew.</summary>
    public void Leave(KeyedFlight<TKey, TValue> flight)
    {
        CancellationTokenSource? abandoned = null;
        var stripe = StripeOf(flight.Hash);
        lock (stripe.Gate)
        {
            if (--flight.Callers == 0 && flight.Cancellation is not null)
            {
                abandoned = flight.Cancellation;
                flight.IsInvalidated = true;
                stripe.Remove(flight);
            }
        }

        abandoned?.Cancel();
    }

    /// <summary>A caller that had joined must not have this computation's result, which is of before an invalidation; nor must a later one.</summary>
    public void LeaveAndInvalidate(KeyedFlight<TKey, TValue> flight)
    {
        var stripe = StripeOf(flight.Hash);
        lock (stripe.Gate)
        {
            flight.Callers--;
            flight.IsInvalidated = true;
            stripe.Remove(flight);
        }
    }

    /// <summary>Ends a flight whose result is not kept.</summary>
    public void Land(KeyedFlight<TKey, TValue> flight)
    {
        var stripe = StripeOf(flight.Hash);
        lock (stripe.Gate)
        {
            stripe.Remove(flight);
        }
    }

    /// <summary>
    /// Ends a flight and keeps its result, unless a removal came meanwhile. Under the lock that removals take, so that a
    /// result either is kept before a removal, which then finds it, or not at all.
    /// </summary>
    /// <returns>Whether the flight may have waiters. If not, its object may be another computation's already.</returns>
    public bool Land(KeyedFlight<TKey, TValue> flight, ILevel1<TKey, TValue> level1, TValue value, EntryTerms? terms)
    {
        var stripe = StripeOf(flight.Hash);
        lock (stripe.Gate)
        {
            if (!flight.IsInvalidated && !flight.IsDetached)
            {
                level1.AddOrUpdate(flight.Key, flight.Hash, value, terms);
            }

            stripe.Remove(flight);
            if (!flight.IsLeadersAlone)
            {
                return true;
            }

            stripe.Recycle(flight);
            return false;
        }
    }

    /// <summary>Keeps the result of a computation of <paramref name="key"/> that is under way out of the cache.</summary>
    public void Invalidate(TKey key, int hash)
    {
        var stripe = StripeOf(hash);
        lock (stripe.Gate)
        {
            if (stripe.Find(key, hash) is { } flight)
            {
                flight.IsInvalidated = true;
                stripe.Remove(flight);
            }
        }
    }

    /// <summary>Keeps the results of all computations under way out of the cache.</summary>
    public void InvalidateAll() => InvalidateWhere(0, static (_, _) => true);

    /// <summary>
    /// Keeps the results of those computations under way out of the cache whose key is meant. Who calls from now on computes anew.
    /// </summary>
    public void InvalidateWhere<TState>(TState state, Func<TState, TKey, bool> isMeant) =>
        RemoveWhere(state, isMeant, static flight => flight.IsInvalidated = true);

    /// <summary>Keeps the results of all computations under way out of memory, not out of a store. Who calls from now on computes anew.</summary>
    public void DetachAll() => RemoveWhere(0, static (_, _) => true, static flight => flight.IsDetached = true);

    private void RemoveWhere<TState>(TState state, Func<TState, TKey, bool> isMeant, Action<KeyedFlight<TKey, TValue>> mark)
    {
        for (var i = 0; i < _stripes.Length; i++)
        {
            if (Volatile.Read(ref _stripes[i]) is not { } stripe)
            {
                continue;
            }

            lock (stripe.Gate)
            {
                foreach (var flight in stripe.All())
                {
                    if (isMeant(state, flight.Key))
                    {
                        mark(flight);
                        stripe.Remove(flight);
                    }
                }
            }
        }
    }

    // The stripe's own buckets use the low bits of the same product.
    private FlightStripe<TKey, TValue> StripeOf(int hash)
    {
        ref var stripe = ref _stripes[(((uint)hash * 0x9E3779B1u) >> 24) & (uint)(_stripes.Length - 1)];
        return Volatile.Read(ref stripe) ?? Interlocked.CompareExchange(ref stripe, new(), null) ?? stripe;
    }
}
