using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

public sealed class MemcachedServerTests(SharedServer<MemcachedServer> shared) : ServerContract<MemcachedServer>(shared)
{
    private protected override bool KeepsDataWhenStopped => false;

    private protected override async Task<IServerClient> ConnectAsync(MemcachedServer server, bool throughProxy, CancellationToken cancellationToken)
    {
        var client = new MemcachedTextClient();
        await client.ConnectAsync(server.Host, throughProxy ? server.Proxy.Port : server.Port, cancellationToken);
        return client;
    }
}
