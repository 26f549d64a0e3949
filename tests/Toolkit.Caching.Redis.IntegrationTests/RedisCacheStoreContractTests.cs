using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

public sealed class RedisCacheStoreContractTests(SharedServer<RedisServer> shared) : CacheStoreContract
{
    private RedisServer _server = null!;

    protected override TimeSpan Unit => TimeSpan.FromMilliseconds(600);

    protected override async ValueTask PrepareAsync() => _server = await shared.GetAsync(Cancellation);

    protected override ValueTask<ICacheStore> CreateAsync() =>
        ValueTask.FromResult<ICacheStore>(new RedisCacheStore(_server.ConnectionString));

    // The server's clock is not ours to move.
    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, Cancellation);
}
