using System.Text.Json.Serialization;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Tests;

public sealed class CacheEnvelopeTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly CacheStoreKey Key = new("cache", "key"u8.ToArray());

    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_AnyBitFlipped_IsNeverAValue(bool signed)
    {
        await using var store = new MemoryCacheStore(new(), _clock);
        var tier = Tier<string>(store, signed ? Secret : null);
        await tier.SetAsync(Key, "a value", [], 0, null, Cancellation);
        var sealedBytes = (await store.GetAsync(Key, Cancellation)).Value.ToArray();

        for (var bit = 0; bit < 8 * sealedBytes.Length; bit++)
        {
            // Bytes 44 to 63 are reserved or the signature: without a key they say nothing.
            if (bit / 8 is >= 44 and < 64 && (!signed || bit / 8 < 48))
            {
                continue;
            }

            var changed = (byte[])sealedBytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await store.SetAsync(Key, changed, CacheStoreEntryOptions.Default, Cancellation);
            Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key, Cancellation)).State);
        }

        Assert.True(tier.Counters.Rejected > 300);
    }

    [Fact]
    public async Task Get_MovedToAnotherKey_IsRejected()
    {
        await using var store = new MemoryCacheStore(new(), _clock);
        var tier = Tier<string>(store, null);
        await tier.SetAsync(Key, "a value", [], 0, null, Cancellation);
        var other = new CacheStoreKey("cache", "kez"u8.ToArray());
        await store.SetAsync(other, (await store.GetAsync(Key, Cancellation)).Value, CacheStoreEntryOptions.Default, Cancellation);

        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(other, Cancellation)).State);
        Assert.Equal(1, tier.Counters.Rejected);
    }

    [Fact]
    public async Task Get_UnsignedOrSignedWithAnotherKey_IsRejected()
    {
        await using var store = new MemoryCacheStore(new(), _clock);
        var tier = Tier<string>(store, Secret);
        await Tier<string>(store, null).SetAsync(Key, "planted", [], 0, null, Cancellation);
        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key, Cancellation)).State);
        await Tier<string>(store, new byte[32]).SetAsync(Key, "planted", [], 0, null, Cancellation);
        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key, Cancellation)).State);

        await tier.SetAsync(Key, "genuine", [], 0, null, Cancellation);
        Assert.Equal("genuine", (await tier.GetAsync(Key, Cancellation)).Value);
    }

    [Fact]
    public async Task Get_ShapeOfTheTypeChanged_IsRejected()
    {
        await using var store = new MemoryCacheStore(new(), _clock);
        await Tier<First>(store, null).SetAsync(Key, new First(1, "x"), [], 0, null, Cancellation);

        Assert.Equal(StoreTierState.Miss, (await Tier<Second>(store, null).GetAsync(Key, Cancellation)).State);
        Assert.Equal(new First(1, "x"), (await Tier<First>(store, null).GetAsync(Key, Cancellation)).Value);
    }

    [Fact]
    public async Task GetOrCompute_StaleAndFailing_ServesTheStaleValue()
    {
        await using var store = new MemoryCacheStore(new(), _clock);
        var tier = new StoreTier<string>(
            store, new CacheSerializers().Get<string>(), new() { TimeToLive = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10) }, _clock);
        await tier.SetAsync(Key, "old", [], 0, null, Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(StoreTierState.Stale, (await tier.GetAsync(Key, Cancellation)).State);
        Assert.Equal("old", await tier.GetOrComputeAsync(Key, [], _ => throw new InvalidDataException(), Cancellation));
        Assert.Equal("new", await tier.GetOrComputeAsync(Key, [], _ => ValueTask.FromResult("new"), Cancellation));
        _clock.Advance(TimeSpan.FromMinutes(12));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await tier.GetOrComputeAsync(Key, [], _ => throw new InvalidDataException(), Cancellation));
    }

    [Fact]
    public void GetSerializer_TypesThatJsonWouldLose_AreRefused()
    {
        var serializers = new CacheSerializers();

        Assert.Throws<NotSupportedException>(serializers.Get<object[]>);
        Assert.Throws<NotSupportedException>(serializers.Get<Shape>);
        RoundTrips(serializers, (1, "x"));
        RoundTrips(serializers, double.NaN);
        RoundTrips(serializers, "\ud800");
        RoundTrips<string?>(serializers, null);
    }

    private static void RoundTrips<T>(CacheSerializers serializers, T value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        serializers.Get<T>().Serialize(value, buffer);
        Assert.Equal(value, serializers.Get<T>().Deserialize(buffer.WrittenMemory));
    }

    private StoreTier<T> Tier<T>(ICacheStore store, byte[]? key) =>
        new(store, new CacheSerializers().Get<T>(), key is null ? new StoreTierOptions() : new StoreTierOptions { HmacKey = key }, _clock);

    private sealed record First(int Number, string Text);

    private sealed record Second(int Number, string Text, int Added);

    [JsonDerivedType(typeof(Circle), "circle")]
    private abstract record Shape;

    private sealed record Circle : Shape;
}
