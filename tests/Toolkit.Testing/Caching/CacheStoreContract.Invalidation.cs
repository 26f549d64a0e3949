using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    [Fact]
    public async Task InvalidateTags_EntryWithTheTag_Misses()
    {
        var tag = CacheId + " tag";
        await WriteAsync(Key("a"), "A", new() { Tags = [tag, CacheId + " other"] });
        await WriteAsync(Key("b"), "B", new() { Tags = [CacheId + " other"] });
        await WriteAsync(Key("c"), "C");

        await Store.InvalidateTagsAsync([tag], Cancellation);

        Assert.Null(await ReadAsync(Key("a")));
        Assert.Equal("B", await ReadAsync(Key("b")));
        Assert.Equal("C", await ReadAsync(Key("c")));
    }

    [Fact]
    public async Task InvalidateTags_ByAnotherInstance_IsSeenAtOnce()
    {
        var other = await OpenAsync();
        var tag = CacheId + " tag";
        for (var i = 0; i < 20; i++)
        {
            await WriteAsync(Key("a"), "A", new() { Tags = [tag] });
            Assert.Equal("A", await ReadAsync(Key("a")));

            await other.InvalidateTagsAsync([tag], Cancellation);

            Assert.Null(await ReadAsync(Key("a")));
            var lookups = await Store.GetManyAsync([Key("a")], Cancellation);
            Assert.False(lookups[0].Found);
        }
    }

    [Fact]
    public async Task InvalidateTags_ThenSet_IsAHit()
    {
        var tag = CacheId + " tag";
        for (var i = 0; i < 20; i++)
        {
            await Store.InvalidateTagsAsync([tag], Cancellation);
            await WriteAsync(Key("a"), "A", new() { Tags = [tag] });

            Assert.Equal("A", await ReadAsync(Key("a")));
        }
    }

    [Fact]
    public async Task InvalidateTags_BetweenLookupAndSet_KeepsTheValueOut()
    {
        var tag = CacheId + " tag";
        var missed = await Store.GetAsync(Key("a"), Cancellation);
        await Store.InvalidateTagsAsync([tag], Cancellation);

        await WriteAsync(Key("a"), "A", new() { Tags = [tag], Stamp = missed.Stamp });

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task InvalidateTags_BetweenGetManyAndSet_KeepsTheValueOut()
    {
        var tag = CacheId + " tag";
        var missed = await Store.GetManyAsync([Key("a")], Cancellation);
        await Store.InvalidateTagsAsync([tag], Cancellation);

        await WriteAsync(Key("a"), "A", new() { Tags = [tag], Stamp = missed[0].Stamp });

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Clear_OneCache_LeavesTheOthers()
    {
        var elsewhere = new CacheStoreKey(CacheId + " 2", Bytes("a"));
        await WriteAsync(Key("a"), "A");
        await WriteAsync(Key("large"), new string('L', 100_000));
        await WriteAsync(elsewhere, "E");

        await Store.ClearAsync(CacheId, Cancellation);

        Assert.Null(await ReadAsync(Key("a")));
        Assert.Null(await ReadAsync(Key("large")));
        Assert.Equal("E", await ReadAsync(elsewhere));
        await WriteAsync(Key("a"), "again");
        Assert.Equal("again", await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Clear_ByAnotherInstance_IsSeenAtOnce()
    {
        var other = await OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await WriteAsync(Key("a"), "A");
            Assert.Equal("A", await ReadAsync(Key("a")));

            await other.ClearAsync(CacheId, Cancellation);

            Assert.Null(await ReadAsync(Key("a")));
        }
    }

    [Fact]
    public async Task Clear_BetweenLookupAndSet_KeepsTheValueOut()
    {
        var missed = await Store.GetAsync(Key("a"), Cancellation);
        await Store.ClearAsync(CacheId, Cancellation);

        await WriteAsync(Key("a"), "A", new() { Stamp = missed.Stamp });

        Assert.Null(await ReadAsync(Key("a")));
    }
}
