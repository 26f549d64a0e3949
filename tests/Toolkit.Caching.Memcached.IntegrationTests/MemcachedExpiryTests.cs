using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MemcachedExpiryTests
{
    private const long Now = 1_700_000_000;
    private const long ThirtyDays = 2_592_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The server's first second may be over at once. What is longer than 30 days it takes for a date, and 0 for no end.
    [Theory]
    [InlineData(0.001, 2)]
    [InlineData(1, 2)]
    [InlineData(2.5, 4)]
    [InlineData(ThirtyDays - 1, ThirtyDays)]
    [InlineData(ThirtyDays, Now + ThirtyDays + 1)]
    [InlineData(1e10, 0)]
    public async Task Set_SlidingExpiration_TheServerKeepsItNoShorter(double seconds, long expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var store = new MemcachedCacheStore(
            new MemcachedStoreOptions { Servers = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}" },
            new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Now)));

        var setting = store.SetAsync(new CacheStoreKey("cache", "key"u8.ToArray()), "value"u8.ToArray(), new() { SlidingExpiration = TimeSpan.FromSeconds(seconds) }, Cancellation).AsTask();
        using var server = await listener.AcceptSocketAsync(Cancellation);
        var buffer = new byte[1000];
        string request;
        do
        {
            // The barrier of the cache comes first.
            var received = await server.ReceiveAsync(buffer, Cancellation);
            Assert.NotEqual(0, received);
            request = Encoding.Latin1.GetString(buffer, 0, received);
            await server.SendAsync("HD\r\n"u8.ToArray(), Cancellation);
        }
        while (!request.EndsWith("value\r\n", StringComparison.Ordinal));

        Assert.True(await setting);
        Assert.Contains($"T{expected}", request.Split("\r\n")[0].Split(' '));
    }
}
