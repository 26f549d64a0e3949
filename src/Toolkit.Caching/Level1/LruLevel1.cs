using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>
/// A pseudo-LRU of three queues, after BitFaster's ConcurrentLru (and through it memcached's segmented LRU of 2018): a new
/// result enters the hot queue; whoever leaves a queue goes to the warm one if it was asked for meanwhile, else to the cold
/// one, and from there out. Where that one keeps its queues free of locks, here a look-up takes none and writes to shared
/// memory only the first time that it finds a result in its queue, and all changes take one lock for some tens of
/// nanoseconds: what comes before a change is a computation. Safe for use by several threads.
/// </summary>
internal sealed class LruLevel1<TKey, TValue> : ILevel1<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    private const int FewestBuckets = 8;
    private const int MostBuckets = 1 << 26;

    // Readers mark results as asked for without the lock; so many that are is one search for room willing to spare.
    private const int MostSpared = 64;

    private readonly Lock _gate = new();
    private readonly EvictionCount _evictions;
    private readonly LruQueue<TKey, TValue> _hot;
    private readonly LruQueue<TKey, TValue> _warm;
    private readonly LruQueue<TKey, TValue> _cold;
    private Bucket[] _buckets = new Bucket[FewestBuckets];
    private int _count;

    // Odd while the nodes are dealt out anew.
    private int _growths;

    public LruLevel1(int capacity, EvictionCount evictions)
    {
        // Most of the room is for what was asked for more than once.
        var edge = Math.Max(1, capacity / 10);
        Capacity = capacity;
        _evictions = evictions;
        _hot = new(edge);
        _cold = new(edge);
        _warm = new(capacity - (2 * edge));
    }

    public int Capacity { get; }

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<TKey> EnumerateKeys()
    {
        lock (_gate)
        {
            var keys = new List<TKey>(_count);
            foreach (var queue in (ReadOnlySpan<LruQueue<TKey, TValue>>)[_hot, _warm, _cold])
            {
                for (var node = queue.Oldest; node is not null; node = node.Newer)
                {
                    keys.Add(node.Key);
                }
            }

            return keys;
        }
    }

    public bool TryGet(TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry)
    {
        var growths = Volatile.Read(ref _growths);
        var node = Find(Volatile.Read(ref _buckets), key, hash);
        if (node is null && ((growths & 1) != 0 || growths != Volatile.Read(ref _growths)))
        {
            node = FindWhileGrowing(key, hash);
        }

        if (node is null)
        {
            entry = null;
            return false;
        }

        if (!node.IsAccessed)
        {
            node.IsAccessed = true;
        }

        entry = node;
        return true;
    }

    public void AddOrUpdate(TKey key, int hash, TValue value, EntryTerms? terms)
    {
        var node = new LruNode<TKey, TValue>(key, hash, value, terms);
        lock (_gate)
        {
            if (Find(_buckets, key, hash) is { } present)
            {
                Replace(present, node);
                return;
            }

            if (_count >= _buckets.Length && _buckets.Length < Math.Min(Capacity, MostBuckets))
            {
                Grow();
            }

            ref var first = ref _buckets[IndexOf(hash, _buckets)].First;
            node.Next = first;
            _hot.Enqueue(node);
            Volatile.Write(ref _count, _count + 1);
            Volatile.Write(ref first, node);
            MakeRoom();
        }
    }

    public bool TryRemove(TKey key)
    {
        var hash = key.GetHashCode();
        lock (_gate)
        {
            if (Find(_buckets, key, hash) is not { } node)
            {
                return false;
            }

            Remove(node);
            return true;
        }
    }

    public void Drop()
    {
    }

    private static LruNode<TKey, TValue>? Find(Bucket[] buckets, TKey key, int hash)
    {
        var node = Volatile.Read(ref buckets[IndexOf(hash, buckets)].First);
        while (node is not null && (node.Hash != hash || !node.Key.Equals(key)))
        {
            node = Volatile.Read(ref node.Next);
        }

        return node;
    }

    // The nodes are dealt out anew meanwhile.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private LruNode<TKey, TValue>? FindWhileGrowing(TKey key, int hash)
    {
        lock (_gate)
        {
            return Find(_buckets, key, hash);
        }
    }

    // The number of buckets is a power of two; small numbers hash to themselves, and others to anything.
    private static uint IndexOf(int hash, Bucket[] buckets)
    {
        var mixed = (uint)hash * 0x9E3779B1u;
        return (mixed ^ (mixed >> 15)) & (uint)(buckets.Length - 1);
    }

    private void MakeRoom()
    {
        if (_hot.IsOver)
        {
            var node = _hot.Oldest!;
            _hot.Remove(node);
            Pass(node, node.IsAccessed || _warm.HasRoom ? _warm : _cold);
        }

        for (var spared = 0; _count > Capacity;)
        {
            // Something is over: the three have room for Capacity together.
            var from = _warm.IsOver ? _warm : _cold.Count > 0 ? _cold : _hot;
            var node = from.Oldest!;
            if (node.IsAccessed && spared < MostSpared)
            {
                spared++;
                from.Remove(node);
                Pass(node, _warm);
            }
            else if (from == _warm)
            {
                _warm.Remove(node);
                Pass(node, _cold);
            }
            else
            {
                Remove(node);
                _evictions.Increment();
            }
        }
    }

    private static void Pass(LruNode<TKey, TValue> node, LruQueue<TKey, TValue> to)
    {
        node.IsAccessed = false;
        to.Enqueue(node);
    }

    private void Remove(LruNode<TKey, TValue> node)
    {
        // Its own link stays, for readers that stand on it.
        Volatile.Write(ref LinkTo(node), node.Next);
        node.Queue!.Remove(node);
        Volatile.Write(ref _count, _count - 1);
    }

    private void Replace(LruNode<TKey, TValue> node, LruNode<TKey, TValue> fresh)
    {
        fresh.IsAccessed = node.IsAccessed;
        fresh.Next = node.Next;
        node.Queue!.Replace(node, fresh);
        Volatile.Write(ref LinkTo(node), fresh);
    }

    private ref LruNode<TKey, TValue>? LinkTo(LruNode<TKey, TValue> node)
    {
        ref var link = ref _buckets[IndexOf(node.Hash, _buckets)].First;
        while (link != node)
        {
            link = ref link!.Next;
        }

        return ref link;
    }

    /// <summary>
    /// Four times as many buckets, the nodes dealt out anew. A reader meanwhile may miss a result, never find a wrong one: the
    /// chains hold the same nodes and have no circles at any moment. It looks again under the lock.
    /// </summary>
    private void Grow()
    {
        var before = _buckets;
        var buckets = new Bucket[(int)Math.Min(Math.Min(4L * before.Length, BitOperations.RoundUpToPowerOf2((uint)Capacity)), MostBuckets)];
        Interlocked.Increment(ref _growths);
        foreach (var bucket in before)
        {
            for (var node = bucket.First; node is not null;)
            {
                var next = node.Next;
                ref var first = ref buckets[IndexOf(node.Hash, buckets)].First;
                Volatile.Write(ref node.Next, first);
                first = node;
                node = next;
            }
        }

        Volatile.Write(ref _buckets, buckets);
        Interlocked.Increment(ref _growths);
    }

    // A struct, so that storing into the array needs no check of its type.
    private struct Bucket
    {
        public LruNode<TKey, TValue>? First;
    }
}
