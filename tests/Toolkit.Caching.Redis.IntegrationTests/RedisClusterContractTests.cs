using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

/// <summary>The whole contract on three nodes, over which the keys, barriers and the clock are spread.</summary>
public sealed class RedisClusterContractTests(SharedServer<RedisCluster> shared) : CacheStoreContract
{
    private RedisCluster _cluster = null!;

    protected override TimeSpan Unit => TimeSpan.FromMilliseconds(600);

    [Fact]
    public async Task GetMany_KeysOnAllNodes_FindsEach()
    {
        var keys = Enumerable.Range(0, 200).Select(i => Key($"{i}")).ToList();
        foreach (var key in keys)
        {
            Assert.True(await WriteAsync(key, "value", new() { Tags = [CacheId + " tag"] }));
        }

        Assert.All(await Store.GetManyAsync(keys, Cancellation), lookup => Assert.True(lookup.Found));
        await Store.InvalidateTagsAsync([CacheId + " tag"], Cancellation);
        Assert.All(await Store.GetManyAsync(keys, Cancellation), lookup => Assert.False(lookup.Found));
    }

    protected override async ValueTask PrepareAsync() => _cluster = await shared.GetAsync(Cancellation);

    protected override ValueTask<ICacheStore> CreateAsync() => ValueTask.FromResult<ICacheStore>(
        new RedisCacheStore($"{_cluster.ConnectionString},connectTimeout=30000,asyncTimeout=30000"));

    // The server's clock is not ours to move.
    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, Cancellation);
}
