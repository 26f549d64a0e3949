using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    [Fact]
    public async Task Get_AfterTheTimeToLive_Misses()
    {
        await WriteAsync(Key("short"), "A", new() { TimeToLive = Unit });
        await WriteAsync(Key("large"), new string('L', 100_000), new() { TimeToLive = Unit });
        await WriteAsync(Key("long"), "B", new() { TimeToLive = 1000 * Unit });
        Assert.Equal("A", await ReadAsync(Key("short")));

        await PassAsync(2 * Unit);

        Assert.Null(await ReadAsync(Key("short")));
        Assert.Null(await ReadAsync(Key("large")));
        Assert.Equal("B", await ReadAsync(Key("long")));
        Assert.False((await Store.GetManyAsync([Key("short")], Cancellation))[0].Found);
    }

    [Fact]
    public async Task Get_TimeToLiveOfManyDays_IsAHit()
    {
        await WriteAsync(Key("a"), "A", new() { TimeToLive = TimeSpan.FromDays(29) });
        await WriteAsync(Key("b"), "B", new() { TimeToLive = TimeSpan.FromDays(45) });
        await WriteAsync(Key("c"), "C", new() { TimeToLive = TimeSpan.MaxValue });

        Assert.Equal("A", await ReadAsync(Key("a")));
        Assert.Equal("B", await ReadAsync(Key("b")));
        Assert.Equal("C", await ReadAsync(Key("c")));
    }

    [Fact]
    public async Task Set_TimeToLiveOver_StoresNothing()
    {
        Assert.False(await WriteAsync(Key("a"), "A", new() { TimeToLive = TimeSpan.Zero }));
        Assert.False(await WriteAsync(Key("a"), "A", new() { TimeToLive = -Unit }));

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Get_WithinTheSlidingExpiration_KeepsItAlive()
    {
        await WriteAsync(Key("a"), "A", new() { SlidingExpiration = 3 * Unit });
        for (var i = 0; i < 3; i++)
        {
            await PassAsync(1.5 * Unit);
            Assert.Equal("A", await ReadAsync(Key("a")));
        }

        await PassAsync(5 * Unit);

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Get_SlidingBeyondTheTimeToLive_Misses()
    {
        await WriteAsync(Key("a"), "A", new() { SlidingExpiration = 3 * Unit, TimeToLive = 3.5 * Unit });
        await PassAsync(1.5 * Unit);
        Assert.Equal("A", await ReadAsync(Key("a")));

        await PassAsync(3.5 * Unit);

        Assert.Null(await ReadAsync(Key("a")));
    }
}
