using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Flights;

/// <summary>
/// The computations of one cache that are under way, by key. Striped locks around plain dictionaries: adding and removing
/// allocates nothing once a stripe has grown, where a ConcurrentDictionary allocates a node a miss.
/// </summary>
internal sealed class FlightTable<TKey, TValue>
    where TKey : notnull
{
    private readonly Stripe[] _stripes = CreateStripes();

    /// <summary>
    /// Starts a flight for <paramref name="key"/>, or joins the one that there is: then <paramref name="joined"/> is its result
    /// to come. Counts the caller in; one that stops waiting calls <see cref="Leave"/>.
    /// </summary>
    /// <returns>Whether the caller has to compute.</returns>
    public bool Lead(TKey key, out Flight<TValue> flight, [NotNullWhen(false)] out Task<TValue>? joined)
    {
        var stripe = StripeOf(key);
        lock (stripe.Gate)
        {
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(stripe.Flights, key, out var found);
            if (found)
            {
                flight = slot!;
                flight.Callers++;
                joined = flight.Join();
                return false;
            }

            slot = flight = new Flight<TValue>();
            joined = null;
            return true;
        }
    }

    /// <summary>A caller gives up. The last one cancels the computation, which then is nobody's: the next caller starts anew.</summary>
    public void Leave(TKey key, Flight<TValue> flight)
    {
        CancellationTokenSource? abandoned = null;
        var stripe = StripeOf(key);
        lock (stripe.Gate)
        {
            if (--flight.Callers == 0 && flight.Cancellation is not null)
            {
                abandoned = flight.Cancellation;
                flight.Invalidated = true;
                RemoveIfThere(stripe, key, flight);
            }
        }

        abandoned?.Cancel();
    }

    /// <summary>Ends a flight whose result is not kept.</summary>
    public void Land(TKey key, Flight<TValue> flight)
    {
        var stripe = StripeOf(key);
        lock (stripe.Gate)
        {
            RemoveIfThere(stripe, key, flight);
        }
    }

    /// <summary>
    /// Ends a flight and keeps its result, unless a removal came meanwhile. Under the lock that removals take, so that a
    /// result either is kept before a removal, which then finds it, or not at all.
    /// </summary>
    public void Land(TKey key, Flight<TValue> flight, ILevel1<TKey, Entry<TValue>> level1, Entry<TValue> entry)
    {
        var stripe = StripeOf(key);
        lock (stripe.Gate)
        {
            if (!flight.Invalidated)
            {
                level1.AddOrUpdate(key, entry);
            }

            RemoveIfThere(stripe, key, flight);
        }
    }

    /// <summary>Keeps the result of a computation of <paramref name="key"/> that is under way out of the cache.</summary>
    public void Invalidate(TKey key)
    {
        var stripe = StripeOf(key);
        lock (stripe.Gate)
        {
            if (stripe.Flights.Remove(key, out var flight))
            {
                flight.Invalidated = true;
            }
        }
    }

    /// <summary>Keeps the results of all computations under way out of the cache.</summary>
    public void InvalidateAll()
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (var flight in stripe.Flights.Values)
                {
                    flight.Invalidated = true;
                }

                stripe.Flights.Clear();
            }
        }
    }

    /// <summary>Keeps the results of those computations under way out of the cache whose key is meant.</summary>
    public void InvalidateWhere<TState>(TState state, Func<TState, TKey, bool> isMeant)
    {
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (var (key, flight) in stripe.Flights)
                {
                    flight.Invalidated |= isMeant(state, key);
                }
            }
        }
    }

    private static void RemoveIfThere(Stripe stripe, TKey key, Flight<TValue> flight)
    {
        // Nearly always it is this one: one look-up instead of two.
        if (stripe.Flights.Remove(key, out var there) && !ReferenceEquals(there, flight))
        {
            stripe.Flights.Add(key, there);
        }
    }

    private Stripe StripeOf(TKey key)
    {
        // The dictionary uses the low bits; fold the high ones in, so that keys of one stripe spread over its buckets.
        var hash = (uint)key.GetHashCode() * 0x9E3779B1u;
        return _stripes[hash >> 28];
    }

    private static Stripe[] CreateStripes()
    {
        var stripes = new Stripe[16];
        for (var i = 0; i < stripes.Length; i++)
        {
            stripes[i] = new Stripe();
        }

        return stripes;
    }

    private sealed class Stripe
    {
        public readonly Lock Gate = new();

        public Dictionary<TKey, Flight<TValue>> Flights { get; } = [];
    }
}
