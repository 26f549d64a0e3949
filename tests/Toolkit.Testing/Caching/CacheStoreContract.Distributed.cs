using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    // What is absolute is made relative by a clock that stands still, so that no time passes between a test and its call.
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private IBufferDistributedCache Distributed => Store.AsDistributedCache(CacheId, new Standing());

    [Theory]
    [InlineData("key")]
    [InlineData("")]
    [InlineData("with space\r\nand \0 and *")]
    public async Task Distributed_EveryWayInAndOut_IsTheSameValue(string key)
    {
        var cache = Distributed;
        var options = new DistributedCacheEntryOptions();
        Assert.Null(cache.Get(key));
        Assert.Null(await cache.GetAsync(key, Cancellation));
        Assert.False(cache.TryGet(key, new ArrayBufferWriter<byte>()));

        foreach (var set in (Func<byte[], Task>[])
        [
            value => Task.Run(() => cache.Set(key, value, options), Cancellation),
            value => cache.SetAsync(key, value, options, Cancellation),
            value => Task.Run(() => cache.Set(key, InPieces(value), options), Cancellation),
            async value => await cache.SetAsync(key, InPieces(value), options, Cancellation),
        ])
        {
            var value = Guid.NewGuid().ToByteArray();
            await set(value);
            Assert.Equal(value, cache.Get(key));
            Assert.Equal(value, await cache.GetAsync(key, Cancellation));
            var buffer = new ArrayBufferWriter<byte>();
            Assert.True(cache.TryGet(key, buffer));
            Assert.True(await cache.TryGetAsync(key, buffer, Cancellation));
            Assert.Equal((byte[])[.. value, .. value], buffer.WrittenMemory.ToArray());
        }

        await cache.SetAsync(key, [], options, Cancellation);
        Assert.Empty(Assert.IsType<byte[]>(await cache.GetAsync(key, Cancellation)));
        await cache.RemoveAsync(key, Cancellation);
        Assert.Null(await cache.GetAsync(key, Cancellation));
    }

    [Fact]
    public async Task Distributed_ExpirationsInAllCombinations_TheFirstOneEndsIt()
    {
        var (near, far) = (Unit, 1000 * Unit);
        (string Key, DistributedCacheEntryOptions Options)[] ending =
        [
            ("relative", new() { AbsoluteExpirationRelativeToNow = near }),
            ("absolute", new() { AbsoluteExpiration = Now + near }),
            ("sliding", new() { SlidingExpiration = near }),
            ("sliding in relative", new() { SlidingExpiration = near, AbsoluteExpirationRelativeToNow = far }),
            ("sliding in absolute", new() { SlidingExpiration = near, AbsoluteExpiration = Now + far }),
            ("sliding beyond relative", new() { SlidingExpiration = far, AbsoluteExpirationRelativeToNow = near }),
            ("sliding beyond absolute", new() { SlidingExpiration = far, AbsoluteExpiration = Now + near }),
            ("relative before absolute", new() { AbsoluteExpirationRelativeToNow = near, AbsoluteExpiration = Now + far }),
        ];
        (string Key, DistributedCacheEntryOptions Options)[] staying =
        [
            ("none", new()),
            ("far relative", new() { AbsoluteExpirationRelativeToNow = far }),
            ("far absolute", new() { AbsoluteExpiration = Now + far }),
            ("far sliding", new() { SlidingExpiration = far }),
            ("far both", new() { SlidingExpiration = far, AbsoluteExpirationRelativeToNow = far }),
            ("forever", new() { SlidingExpiration = TimeSpan.MaxValue, AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue }),
            ("end of time", new() { AbsoluteExpiration = DateTimeOffset.MaxValue }),
        ];
        var cache = Distributed;
        foreach (var (key, options) in (IEnumerable<(string, DistributedCacheEntryOptions)>)[.. ending, .. staying])
        {
            await cache.SetAsync(key, [1], options, Cancellation);
        }

        await PassAsync(2.5 * Unit);

        foreach (var (key, _) in ending)
        {
            Assert.True(await cache.GetAsync(key, Cancellation) is null, $"'{key}' should have ended");
        }

        foreach (var (key, _) in staying)
        {
            Assert.True(await cache.GetAsync(key, Cancellation) is not null, $"'{key}' should have stayed");
        }
    }

    [Fact]
    public async Task Distributed_AbsoluteExpirationInThePast_IsRefusedAndChangesNothing()
    {
        var cache = Distributed;
        await cache.SetAsync("key", [1], new DistributedCacheEntryOptions(), Cancellation);
        foreach (var options in (DistributedCacheEntryOptions[])
        [
            new() { AbsoluteExpiration = Now - Unit },
            new() { AbsoluteExpiration = Now - Unit, SlidingExpiration = Unit },
            new() { AbsoluteExpiration = Now - Unit, AbsoluteExpirationRelativeToNow = Unit },
        ])
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => cache.SetAsync("key", [2], options, Cancellation));
            Assert.Throws<ArgumentOutOfRangeException>(() => cache.Set("key", [2], options));
        }

        Assert.Equal((byte[])[1], await cache.GetAsync("key", Cancellation));
    }

    [Fact]
    public async Task Distributed_Refresh_KeepsASlidingEntryAlive()
    {
        var cache = Distributed;
        await cache.SetAsync("refreshed", [1], new DistributedCacheEntryOptions { SlidingExpiration = 4 * Unit }, Cancellation);
        await cache.SetAsync("left alone", [1], new DistributedCacheEntryOptions { SlidingExpiration = 4 * Unit }, Cancellation);
        await PassAsync(2 * Unit);
        await cache.RefreshAsync("refreshed", Cancellation);
        cache.Refresh("is not there");
        await PassAsync(3 * Unit);

        Assert.NotNull(await cache.GetAsync("refreshed", Cancellation));
        Assert.Null(await cache.GetAsync("left alone", Cancellation));
    }

    private static ReadOnlySequence<byte> InPieces(byte[] value)
    {
        var first = new Piece(value.AsMemory(0, 3), 0);
        var last = new Piece(value.AsMemory(3), 3);
        first.Follow(last);
        return new ReadOnlySequence<byte>(first, 0, last, value.Length - 3);
    }

    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public void Follow(Piece next) => Next = next;
    }
}
