using StackExchange.Redis;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

public sealed class RedisServerTests(SharedServer<RedisServer> shared) : ServerContract<RedisServer>(shared)
{
    private protected override async Task<IServerClient> ConnectAsync(RedisServer server, bool throughProxy, CancellationToken cancellationToken)
    {
        var options = new ConfigurationOptions
        {
            EndPoints = { { server.Host, throughProxy ? server.Proxy.Port : server.Port } },
            AsyncTimeout = 30_000,
            ConnectTimeout = 30_000,
        };
        return new Client(await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken));
    }

    private sealed class Client(ConnectionMultiplexer connection) : IServerClient
    {
        public Task WriteAsync(string value, CancellationToken cancellationToken) =>
            connection.GetDatabase().StringSetAsync(value, value).WaitAsync(cancellationToken);

        public Task<bool> ContainsAsync(string value, CancellationToken cancellationToken) =>
            connection.GetDatabase().KeyExistsAsync(value).WaitAsync(cancellationToken);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
