using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    [Fact]
    public async Task Get_NothingStored_Misses() => Assert.Null(await ReadAsync(Key("a")));

    [Fact]
    public async Task Get_Stored_ReturnsTheBytes()
    {
        Assert.True(await WriteAsync(Key("a"), "value"));

        Assert.Equal("value", await ReadAsync(Key("a")));
        Assert.Null(await ReadAsync(Key("b")));
    }

    [Fact]
    public async Task Get_StoredByAnotherInstance_ReturnsTheBytes()
    {
        var other = await OpenAsync();
        await WriteAsync(Key("a"), "value");

        Assert.Equal("value", await ReadAsync(other, Key("a")));
    }

    [Fact]
    public async Task Set_Twice_Replaces()
    {
        await WriteAsync(Key("a"), "first, and longer");
        await WriteAsync(Key("a"), "second");

        Assert.Equal("second", await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Set_EmptyValue_IsAHit()
    {
        await WriteAsync(Key("a"), "");

        Assert.Equal("", await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Set_BufferChangedAfterwards_KeepsTheValue()
    {
        var buffer = "value"u8.ToArray();
        await Store.SetAsync(Key("a"), buffer, CacheStoreEntryOptions.Default, Cancellation);
        buffer.AsSpan().Clear();

        Assert.Equal("value", await ReadAsync(Key("a")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public Task Set_OfManySizes_ReturnsEveryByte(int size) => RoundTripAsync(size);

    [Fact]
    public Task Set_LargeValue_ReturnsEveryByte() => RoundTripAsync(LargeValue);

    [Fact]
    public async Task Set_SmallAfterLargeAndBack_ReturnsTheLast()
    {
        foreach (var size in (int[])[10, 200_000, 20, 300_000, 0])
        {
            await RoundTripAsync(size);
        }
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("line\r\nget x\r\n")]
    [InlineData("wild*card?[a-z]")]
    [InlineData("nul\0byte")]
    [InlineData("ключ 键 \U0001F511")]
    [InlineData("")]
    public async Task Get_OddKeyBytes_FindsThatKeyAlone(string text)
    {
        await WriteAsync(Key(text + "x"), "other");
        await WriteAsync(Key(text), "value");

        Assert.Equal("value", await ReadAsync(Key(text)));
        Assert.True(await Store.RemoveAsync(Key(text), Cancellation));
        Assert.Null(await ReadAsync(Key(text)));
        Assert.Equal("other", await ReadAsync(Key(text + "x")));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(249)]
    [InlineData(250)]
    [InlineData(251)]
    [InlineData(10_000)]
    public async Task Get_KeyLength_FindsThatKeyAlone(int length)
    {
        var a = Key(new string('k', length - 1) + "a");
        var b = Key(new string('k', length - 1) + "b");
        await WriteAsync(a, "A");
        await WriteAsync(b, "B");

        Assert.Equal("A", await ReadAsync(a));
        Assert.Equal("B", await ReadAsync(b));
    }

    [Fact]
    public async Task Get_SameBytesInAnotherCache_Misses()
    {
        await WriteAsync(Key("a"), "value");

        Assert.Null(await ReadAsync(new CacheStoreKey(CacheId + "x", Key("a").Bytes)));
        Assert.Null(await ReadAsync(new CacheStoreKey(CacheId[..^1], Bytes(CacheId[^1] + "a"))));
    }

    [Fact]
    public async Task GetMany_SomeStored_AnswersInOrder()
    {
        await WriteAsync(Key("a"), "A");
        await WriteAsync(Key("c"), "C");
        await WriteAsync(Key("large"), new string('L', 100_000));

        var lookups = await Store.GetManyAsync([Key("c"), Key("b"), Key("a"), Key("c"), Key("large")], Cancellation);

        Assert.Equal([true, false, true, true, true], lookups.Select(lookup => lookup.Found));
        Assert.Equal("C"u8.ToArray(), lookups[0].Value.ToArray());
        Assert.Equal("A"u8.ToArray(), lookups[2].Value.ToArray());
        Assert.Equal("C"u8.ToArray(), lookups[3].Value.ToArray());
        Assert.Equal(100_000, lookups[4].Value.Length);
    }

    [Fact]
    public async Task GetMany_NoKeys_AnswersNothing() => Assert.Empty(await Store.GetManyAsync([], Cancellation));

    [Fact]
    public async Task GetMany_AThousandKeys_FindsAll()
    {
        var keys = Enumerable.Range(0, 1000).Select(i => Key($"key {i}")).ToList();
        foreach (var key in keys)
        {
            await Store.SetAsync(key, key.Bytes, CacheStoreEntryOptions.Default, Cancellation);
        }

        var lookups = await Store.GetManyAsync(keys, Cancellation);

        Assert.All(lookups.Zip(keys), pair => Assert.Equal(pair.Second.Bytes.ToArray(), pair.First.Value.ToArray()));
    }

    [Fact]
    public async Task Remove_Stored_TellsAndMisses()
    {
        await WriteAsync(Key("a"), "value");

        Assert.True(await Store.RemoveAsync(Key("a"), Cancellation));
        Assert.False(await Store.RemoveAsync(Key("a"), Cancellation));
        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Remove_LargeValueByAnotherInstance_Misses()
    {
        var other = await OpenAsync();
        await RoundTripAsync(200_000);

        Assert.True(await other.RemoveAsync(Key("a"), Cancellation));
        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task AnyMethod_CancelledToken_ThrowsAndDoesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await WriteAsync(Key("a"), "value");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetAsync(Key("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetManyAsync([Key("a")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.SetAsync(Key("a"), Bytes("x"), CacheStoreEntryOptions.Default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.RemoveAsync(Key("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.TryAcquireLeaseAsync(Key("a"), Unit, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.InvalidateTagsAsync(["t"], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ClearAsync(CacheId, cancelled));

        Assert.Equal("value", await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Set_FromManyThreads_EveryReadIsOneOfTheWrites()
    {
        // A store may begin a cache with its first look-up, and have values from before that as misses.
        await Store.GetAsync(Key("first"), Cancellation);
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), Cancellation, async (i, token) =>
        {
            var key = Key($"key {i % 7}");
            var value = new byte[1 + (i % 50)];
            value.AsSpan().Fill((byte)value.Length);
            await Store.SetAsync(key, value, CacheStoreEntryOptions.Default, token);
            var read = await Store.GetAsync(key, token);
            Assert.True(read.Found);
            Assert.True(read.Value.Span.IndexOfAnyExcept((byte)read.Value.Length) < 0, "a mixed value");
        });
    }

    private async Task RoundTripAsync(int size)
    {
        var value = new byte[size];
        new Random(size).NextBytes(value);

        Assert.True(await Store.SetAsync(Key("a"), value, CacheStoreEntryOptions.Default, Cancellation));

        var lookup = await Store.GetAsync(Key("a"), Cancellation);
        Assert.True(lookup.Found);
        Assert.True(lookup.Value.Span.SequenceEqual(value), "other bytes came back");
    }
}
