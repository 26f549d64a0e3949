using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    public static TheoryData<string> OddNames =>
        ["with space", "line\r\nget x\r\n", "wild*card?[a-z]", "nul\0byte", "ключ 键 \U0001F511", "{hash}tag", new string('n', 300)];

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task InvalidateTags_OddTag_BarsThatTagAlone(string text)
    {
        var tag = CacheId + text;
        await WriteAsync(Key("a"), "A", new() { Tags = [tag] });
        await WriteAsync(Key("longer"), "L", new() { Tags = [tag + "x"] });
        await WriteAsync(Key("shorter"), "S", new() { Tags = [tag[..^2]] });
        await WriteAsync(Key("before"), "N", new() { Tags = [tag.Split('\0')[0] + "-"] });

        await Store.InvalidateTagsAsync([tag], Cancellation);

        Assert.Null(await ReadAsync(Key("a")));
        Assert.Null(await ReadAsync(await OpenAsync(), Key("a")));
        Assert.Equal("L", await ReadAsync(Key("longer")));
        Assert.Equal("S", await ReadAsync(Key("shorter")));
        Assert.Equal("N", await ReadAsync(Key("before")));
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task Clear_OddCache_ClearsThatCacheAlone(string text)
    {
        CacheStoreKey Named(string id) => new(id, Bytes("a"));
        var id = CacheId + text;
        await WriteAsync(Named(id), "A");
        await WriteAsync(Named(id + "x"), "L");
        await WriteAsync(Named(id[..^2]), "S");
        Assert.Equal("A", await ReadAsync(Named(id)));

        await Store.ClearAsync(id, Cancellation);

        Assert.Null(await ReadAsync(Named(id)));
        Assert.Null(await ReadAsync(await OpenAsync(), Named(id)));
        Assert.Equal("L", await ReadAsync(Named(id + "x")));
        Assert.Equal("S", await ReadAsync(Named(id[..^2])));
        await WriteAsync(Named(id), "again");
        Assert.Equal("again", await ReadAsync(Named(id)));
    }

    [Fact]
    public async Task InvalidateTags_ManyAtOnce_BarsEach()
    {
        string[] tags = [.. Enumerable.Range(0, 500).Select(i => $"{CacheId} {i}")];
        await WriteAsync(Key("first"), "A", new() { Tags = [tags[0]] });
        await WriteAsync(Key("last"), "B", new() { Tags = [tags[^1]] });
        await WriteAsync(Key("other"), "C", new() { Tags = [CacheId + " other"] });

        await Store.InvalidateTagsAsync(tags, Cancellation);

        Assert.Null(await ReadAsync(Key("first")));
        Assert.Null(await ReadAsync(Key("last")));
        Assert.Equal("C", await ReadAsync(Key("other")));
    }
}
