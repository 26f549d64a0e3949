namespace Toolkit.Caching.Flights;

/// <summary>
/// Some of the computations of a cache: a small hash table whose entries are the flights themselves, so that a miss
/// allocates nothing here. All but <see cref="Gate"/> is guarded by it.
/// </summary>
internal sealed class FlightStripe<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    public readonly Lock Gate = new();

    // Nearly always there is one computation under way in a stripe, or none.
    private KeyedFlight<TKey, TValue>?[] _buckets = new KeyedFlight<TKey, TValue>?[1];
    private int _count;
    private KeyedFlight<TKey, TValue>? _spare;

    public KeyedFlight<TKey, TValue>? Find(TKey key, int hash)
    {
        var flight = Bucket(_buckets, hash);
        while (flight is not null && (flight.Hash != hash || !flight.Key.Equals(key)))
        {
            flight = flight.Next;
        }

        return flight;
    }

    public KeyedFlight<TKey, TValue> Add(TKey key, int hash, long tagVersion)
    {
        var flight = _spare ?? new KeyedFlight<TKey, TValue>();
        _spare = null;
        flight.Begin(key, hash, tagVersion);
        if (_count > 2 * _buckets.Length)
        {
            Grow();
        }

        Put(_buckets, flight);
        _count++;
        return flight;
    }

    /// <summary>Removes a flight, where it has not been removed already.</summary>
    public void Remove(KeyedFlight<TKey, TValue> flight)
    {
        ref var link = ref Bucket(_buckets, flight.Hash);
        while (link is not null && link != flight)
        {
            link = ref link.Next;
        }

        if (link is not null)
        {
            link = flight.Next;
            _count--;
        }
    }

    /// <summary>Keeps the object of a flight that has been removed and that nobody else refers to.</summary>
    public void Recycle(KeyedFlight<TKey, TValue> flight)
    {
        flight.Reset();
        _spare = flight;
    }

    /// <summary>All of them at this moment.</summary>
    public List<KeyedFlight<TKey, TValue>> All()
    {
        List<KeyedFlight<TKey, TValue>> all = new(_count);
        foreach (var first in _buckets)
        {
            for (var flight = first; flight is not null; flight = flight.Next)
            {
                all.Add(flight);
            }
        }

        return all;
    }

    // The number of buckets is a power of two.
    private static ref KeyedFlight<TKey, TValue>? Bucket(KeyedFlight<TKey, TValue>?[] buckets, int hash)
    {
        var mixed = (uint)hash * 0x9E3779B1u;
        return ref buckets[(mixed ^ (mixed >> 15)) & (uint)(buckets.Length - 1)];
    }

    private static void Put(KeyedFlight<TKey, TValue>?[] buckets, KeyedFlight<TKey, TValue> flight)
    {
        ref var first = ref Bucket(buckets, flight.Hash);
        flight.Next = first;
        first = flight;
    }

    private void Grow()
    {
        var buckets = new KeyedFlight<TKey, TValue>?[4 * _buckets.Length];
        foreach (var flight in All())
        {
            Put(buckets, flight);
        }

        _buckets = buckets;
    }
}
