using Toolkit.Testing.Servers;

namespace Toolkit.Samples.Tests;

public sealed class StoreSamplesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DiskCache_SecondRun_ComputesNothing()
    {
        using var folder = new TemporaryFolder();

        var first = await Sample.RunAsync("DiskCache", folder: folder.Path);
        var second = await Sample.RunAsync("DiskCache", folder: folder.Path);

        Assert.Equal("done: 3 computed", first.Succeeded().LastLine);
        Assert.Equal("done: 0 computed", second.Succeeded().LastLine);
    }

    [Fact]
    public async Task SharedCache_Redis_BothProcessesAgree()
    {
        await using var server = await RequiredServer.StartAsync<RedisServer>(Cancellation);

        (await Sample.RunAsync("SharedCache", ["--server", server.ConnectionString])).Succeeded();
    }

    [Fact]
    public async Task SharedCache_Memcached_BothProcessesAgree()
    {
        await using var server = await RequiredServer.StartAsync<MemcachedServer>(Cancellation);

        (await Sample.RunAsync("SharedCache", ["--store", "memcached", "--server", $"{server.Host}:{server.Port}"])).Succeeded();
    }

    [Theory]
    [InlineData("redis", "redis-server --port 1 ")]
    [InlineData("memcached", "memcached -p 1 ")]
    public async Task SharedCache_NoServer_SaysHowToStartOne(string store, string command)
    {
        // Port 1 of the loopback is nobody's.
        var result = await Sample.RunAsync("SharedCache", ["--store", store, "--server", "127.0.0.1:1"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(command, Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
