using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MemcachedSettingTests(SharedServer<MemcachedServer> shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memoize_MemcachedBySetting_IsSharedByProcesses()
    {
        var server = await shared.GetAsync(Cancellation);
        var memcached = $$"""{ "Servers": "{{server.Host}}:{{server.Port}}", "Timeout": "00:00:30", "KeyPrefix": "{{Guid.NewGuid():N}}:" }""";

        await CacheWorker.CheckSettingAsync($$"""{ "Store": "memcached", "Memcached": {{memcached}} }""", survives: true, Cancellation);
    }

    [Fact]
    public async Task AddMemcachedDistributedCache_Resolved_StoresWithItsExpirations()
    {
        var server = await shared.GetAsync(Cancellation);
        await using var services = new ServiceCollection()
            .AddMemcachedDistributedCache(options => options.Servers = $"{server.Host}:{server.Port}")
            .BuildServiceProvider();
        var cache = services.GetRequiredService<IDistributedCache>();
        var key = Guid.NewGuid().ToString("N");

        await cache.SetAsync(key + "a", [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) }, Cancellation);
        await cache.SetAsync(key + "b", [2], new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromHours(1) }, Cancellation);
        await cache.SetAsync(key + "c", [3], Cancellation);

        Assert.Equal([1], await cache.GetAsync(key + "a", Cancellation));
        Assert.Equal([2], await cache.GetAsync(key + "b", Cancellation));
        Assert.Equal([3], await cache.GetAsync(key + "c", Cancellation));
        await cache.RemoveAsync(key + "c", Cancellation);
        Assert.Null(await cache.GetAsync(key + "c", Cancellation));
    }
}
