using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Redis.IntegrationTests;

public sealed class RedisSettingTests(SharedServer<RedisServer> shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memoize_RedisBySetting_IsSharedByProcesses()
    {
        var server = await shared.GetAsync(Cancellation);
        var redis = $$"""{ "Configuration": "{{server.ConnectionString}},connectTimeout=30000,asyncTimeout=30000", "KeyPrefix": "{{Guid.NewGuid():N}}:" }""";

        await CacheWorker.CheckSettingAsync($$"""{ "Store": "redis", "Redis": {{redis}} }""", survives: true, Cancellation);
    }
}
