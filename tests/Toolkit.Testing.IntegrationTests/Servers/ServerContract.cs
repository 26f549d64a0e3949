using System.Diagnostics;
using Toolkit.Testing.Processes;
using Toolkit.Testing.Proxies;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>
/// What every launcher does, seen by the server's real client. The tests of one class share a server and run one after
/// the other; classes run side by side.
/// </summary>
public abstract class ServerContract<TServer>(SharedServer<TServer> shared) : IClassFixture<SharedServer<TServer>>
    where TServer : TestServer, ITestServer, new()
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected virtual bool KeepsDataWhenStopped => true;

    private protected abstract Task<IServerClient> ConnectAsync(TServer server, bool throughProxy, CancellationToken cancellationToken);

    private protected Task<TServer> GetServerAsync() => shared.GetAsync(Token);

    [Fact]
    public async Task StartAsync_NewServer_AnswersItsClient()
    {
        var server = await GetServerAsync();
        await using var client = await ConnectAsync(server, throughProxy: false, Token);

        await client.WriteAsync("started", Token);

        Assert.True(await client.ContainsAsync("started", Token));
        Assert.True(server.IsRunning);
        Assert.True(Directory.Exists(server.Folder));
    }

    [Fact]
    public async Task StopAsync_ThenStartAsync_KeepsPortAndData()
    {
        var server = await GetServerAsync();
        var port = server.Port;
        await using (var client = await ConnectAsync(server, throughProxy: false, Token))
        {
            await client.WriteAsync("stopped", Token);
        }

        await server.StopAsync(Token);
        Assert.False(server.IsRunning);
        Assert.True(LoopbackPort.IsFree(port));
        await server.StartAsync(Token);

        Assert.Equal(port, server.Port);
        await using var again = await ConnectAsync(server, throughProxy: false, Token);
        Assert.Equal(KeepsDataWhenStopped, await again.ContainsAsync("stopped", Token));
    }

    [Fact]
    public async Task KillAsync_ThenRestartAsync_KeepsPortAndAcknowledgedData()
    {
        var server = await GetServerAsync();
        var port = server.Port;
        var process = server.ProcessId;
        await using (var client = await ConnectAsync(server, throughProxy: false, Token))
        {
            await client.WriteAsync("killed", Token);
            await server.KillAsync(Token);
        }

        Assert.False(server.IsRunning);
        await server.RestartAsync(Token);

        Assert.Equal(port, server.Port);
        Assert.NotEqual(process, server.ProcessId);
        await using var again = await ConnectAsync(server, throughProxy: false, Token);
        Assert.Equal(KeepsDataWhenStopped, await again.ContainsAsync("killed", Token));
    }

    [Fact]
    public async Task PauseAsync_WriteDuringPause_CompletesAfterResume()
    {
        var server = await GetServerAsync();
        await using var client = await ConnectAsync(server, throughProxy: false, Token);
        await client.WriteAsync("before", Token);

        await server.PauseAsync(Token);
        var write = client.WriteAsync("during", Token);
        var early = await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(300), Token));
        Assert.NotSame(write, early);
        await server.ResumeAsync(Token);

        await write.WaitAsync(s_limit, Token);
        Assert.True(await client.ContainsAsync("during", Token));
    }

    [Fact]
    public async Task Proxy_Cut_BreaksConnectionsAndAcceptsNewOnes()
    {
        var server = await GetServerAsync();
        await using (var client = await ConnectAsync(server, throughProxy: true, Token))
        {
            await client.WriteAsync("before the cut", Token);
            Assert.NotEqual(0, server.Proxy.ConnectionCount);
            var accepted = server.Proxy.AcceptedConnections;

            server.Proxy.Cut();

            await using var second = await ConnectAsync(server, throughProxy: true, Token);
            await second.WriteAsync("after the cut", Token);
            Assert.True(server.Proxy.AcceptedConnections > accepted);
            Assert.True(await second.ContainsAsync("after the cut", Token));
        }
    }

    [Fact]
    public async Task Proxy_Delay_MakesEveryAnswerLater()
    {
        var server = await GetServerAsync();
        await using var client = await ConnectAsync(server, throughProxy: true, Token);
        await client.WriteAsync("fast", Token);
        server.Proxy.Delay = TimeSpan.FromMilliseconds(150);
        try
        {
            var start = Stopwatch.GetTimestamp();
            await client.WriteAsync("slow", Token);

            Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(299));
        }
        finally
        {
            server.Proxy.Delay = TimeSpan.Zero;
        }

        Assert.True(await client.ContainsAsync("slow", Token));
    }

    [Fact]
    public async Task Proxy_HeldAnswers_RequestArrivesAndAnswerComesAfterRelease()
    {
        var server = await GetServerAsync();
        await using var client = await ConnectAsync(server, throughProxy: true, Token);
        await using var direct = await ConnectAsync(server, throughProxy: false, Token);
        await client.WriteAsync("before the hold", Token);

        server.Proxy.Hold(TcpPeer.Client);
        var write = client.WriteAsync("answer held", Token);
        try
        {
            var waited = Stopwatch.StartNew();
            while (!await direct.ContainsAsync("answer held", Token))
            {
                Assert.True(waited.Elapsed < s_limit);
                await Task.Delay(TimeSpan.FromMilliseconds(10), Token);
            }

            Assert.False(write.IsCompleted);
        }
        finally
        {
            server.Proxy.Release();
        }

        await write.WaitAsync(s_limit, Token);
    }

    [Fact]
    public async Task Proxy_HalfOpen_ConnectionStaysOpenAndNothingAnswers()
    {
        var server = await GetServerAsync();
        var client = await ConnectAsync(server, throughProxy: true, Token);
        await client.WriteAsync("before it vanished", Token);

        server.Proxy.HalfOpen(TcpPeer.Server);
        var write = client.WriteAsync("to nobody", Token);
        var early = await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(300), Token));
        Assert.NotSame(write, early);

        await using (var second = await ConnectAsync(server, throughProxy: true, Token))
        {
            await second.WriteAsync("new connection", Token);
            Assert.True(await second.ContainsAsync("new connection", Token));
        }

        // Ends the abandoned connection: the client notices now, and may or may not send the value again.
        server.Proxy.Cut();
        await write.ContinueWith(static _ => { }, Token).WaitAsync(s_limit, Token);
        await client.DisposeAsync();
    }
}
