using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Toolkit.Caching.Level1;
using Xunit;

namespace Toolkit.Caching.Tests.Level1;

public sealed class LruLevel1Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, int.MaxValue)]
    [InlineData(4, 1)]
    [InlineData(10, int.MaxValue)]
    [InlineData(50, 3)]
    [InlineData(700, int.MaxValue)]
    public void AllOperations_RandomSequences_DoWhatADictionaryDoesBarEvictions(int capacity, int hashes)
    {
        var random = new Random(capacity);
        var evictions = new EvictionCount();
        var lru = new LruLevel1<Key, string>(capacity, evictions);
        var model = new Dictionary<Key, string>();
        long inserts = 0;
        long removals = 0;
        for (var step = 0; step < 50_000; step++)
        {
            var key = new Key(random.Next(capacity * 2), hashes);
            var known = TryGet(lru, key, out var present);
            if (known)
            {
                Assert.Same(model[key], present);
            }

            switch (random.Next(8))
            {
                case 0:
                    Assert.Equal(known, lru.TryRemove(key));
                    removals += known ? 1 : 0;
                    model.Remove(key);
                    break;
                case < 5:
                    var value = step.ToString(CultureInfo.InvariantCulture);
                    Add(lru, key, value);
                    model[key] = value;
                    inserts += known ? 0 : 1;
                    Assert.True(TryGet(lru, key, out var added));
                    Assert.Same(value, added);
                    break;
            }

            Assert.InRange(lru.Count, 0, capacity);
            Assert.Equal(inserts - removals - evictions.Value, lru.Count);
        }

        var keys = lru.EnumerateKeys().ToList();
        Assert.Equal(lru.Count, keys.Distinct().Count());
        Assert.Equal(lru.Count, keys.Count);
        Assert.All(keys, k => Assert.True(lru.TryRemove(k)));
        Assert.Equal(0, lru.Count);
        Assert.NotEqual(0, evictions.Value);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(1000)]
    public void AddOrUpdate_AsManyAsThereIsRoomFor_KeepsThemAll(int capacity)
    {
        var evictions = new EvictionCount();
        var lru = new LruLevel1<Key, string>(capacity, evictions);

        for (var i = 0; i < capacity; i++)
        {
            Add(lru, new Key(i), "v");
        }

        Assert.All(Enumerable.Range(0, capacity), i => Assert.True(TryGet(lru, new Key(i), out _)));
        Assert.Equal((capacity, 0), (lru.Count, evictions.Value));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public void AddOrUpdate_OneIsAskedForAllTheTime_ItStays(int capacity)
    {
        var lru = new LruLevel1<Key, string>(capacity, new EvictionCount());
        Add(lru, new Key(0), "v");

        for (var i = 1; i < capacity * 20; i++)
        {
            Assert.True(TryGet(lru, new Key(0), out _));
            Add(lru, new Key(i), "v");
        }
    }

    [Fact]
    public void AddOrUpdate_AScanOfTenTimesTheCapacity_LeavesMostOfWhatIsUsed()
    {
        var lru = new LruLevel1<Key, string>(1000, new EvictionCount());
        for (var i = 0; i < 500; i++)
        {
            Add(lru, new Key(i), "used");
        }

        for (var i = 0; i < 10_000; i++)
        {
            TryGet(lru, new Key(i % 500), out _);
            Add(lru, new Key(1_000_000 + i), "once");
        }

        Assert.InRange(Enumerable.Range(0, 500).Count(i => TryGet(lru, new Key(i), out _)), 400, 500);
    }

    [Fact]
    public async Task TryGet_WhileItGrows_FindsEverythingThatIsThere()
    {
        const int Keys = 200_000;
        var lru = new LruLevel1<Key, string>(Keys, new EvictionCount());
        var added = 0;
        var readers = Enumerable.Range(1, 3).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            while (Volatile.Read(ref added) < Keys)
            {
                var count = Volatile.Read(ref added);
                Assert.True(count == 0 || TryGet(lru, new Key(random.Next(count)), out _));
            }
        }, Token)).ToList();

        for (var i = 0; i < Keys; i++)
        {
            Add(lru, new Key(i), "v");
            Volatile.Write(ref added, i + 1);
        }

        await Task.WhenAll(readers);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public async Task AllOperations_FromManyThreads_LeaveAllTablesAtOne(int capacity)
    {
        var evictions = new EvictionCount();
        var lru = new LruLevel1<Key, string>(capacity, evictions);
        var values = Enumerable.Range(0, capacity * 3).Select(static i => i.ToString(CultureInfo.InvariantCulture)).ToArray();

        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var step = 0; step < 100_000; step++)
            {
                var i = random.Next(values.Length);
                var key = new Key(i, 7);
                if (TryGet(lru, key, out var value))
                {
                    Assert.Same(values[i], value);
                }

                switch (random.Next(10))
                {
                    case 0:
                        lru.TryRemove(key);
                        break;
                    case < 5:
                        Add(lru, key, values[i]);
                        break;
                }
            }
        }, Token)));

        var keys = lru.EnumerateKeys().ToList();
        Assert.Equal(lru.Count, keys.Count);
        Assert.InRange(keys.Count, 1, capacity);
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys.Order(), Enumerable.Range(0, values.Length).Select(static i => new Key(i, 7)).Where(k => TryGet(lru, k, out _)).Order());
        Assert.All(keys, k => Assert.True(lru.TryRemove(k)));
        Assert.Equal(0, lru.Count);
    }

    private static bool TryGet(LruLevel1<Key, string> lru, Key key, [NotNullWhen(true)] out string? value)
    {
        var found = lru.TryGet(key, key.GetHashCode(), out var entry);
        value = entry?.Value;
        return found;
    }

    private static void Add(LruLevel1<Key, string> lru, Key key, string value) => lru.AddOrUpdate(key, key.GetHashCode(), value, null);

    // Few hashes make all keys collide.
    private readonly record struct Key(int Number, int Hashes = int.MaxValue) : IComparable<Key>
    {
        public bool Equals(Key other) => Number == other.Number;

        public int CompareTo(Key other) => Number.CompareTo(other.Number);

        public override int GetHashCode() => Number % Hashes;
    }
}
