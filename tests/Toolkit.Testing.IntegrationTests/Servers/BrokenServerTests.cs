using System.Net;
using System.Net.Sockets;
using Toolkit.Testing.Processes;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>A server that cannot run ends in a message that says why.</summary>
public sealed class BrokenServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_ServerExitsAtOnce_ThrowsWithItsLastLogLines()
    {
        RequiredServer.Check(RedisServer.Requirement);
        await using var server = new RedisServer { Arguments = ["--no-such-option", "1"] };

        var error = await Assert.ThrowsAsync<ServerException>(() => server.StartAsync(Token));

        Assert.Contains("redis server ended with exit code", error.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-option", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_NoSuchProgram_ThrowsWithTheShellsMessage()
    {
        await using var server = new RedisServer { Executable = "/nowhere/redis-server" };

        var error = await Assert.ThrowsAsync<ServerException>(() => server.StartAsync(Token));

        Assert.Contains("exit code 127", error.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/redis-server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ServerNeverAnswers_ThrowsAfterItsTimeout()
    {
        await using var silent = new SilentServer { StartTimeout = TimeSpan.FromMilliseconds(500) };

        var error = await Assert.ThrowsAsync<ServerException>(() => silent.StartAsync(Token));

        Assert.Contains("did not answer", error.Message, StringComparison.Ordinal);
        Assert.False(silent.IsRunning);
    }

    [Fact]
    public async Task StartAsync_FolderWithoutKafka_ThrowsWithTheShellsMessage()
    {
        await using var server = new KafkaServer { Home = "/nowhere/kafka" };

        var error = await Assert.ThrowsAsync<ServerException>(() => server.StartAsync(Token));

        Assert.Contains("/nowhere/kafka/bin/kafka-storage.sh", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_RabbitMqWithBadConfiguration_ThrowsWithItsLastLogLines()
    {
        RequiredServer.Check(RabbitMqServer.Requirement);
        await using var server = new RabbitMqServer { Configuration = ["no_such_key = 1"] };

        var error = await Assert.ThrowsAsync<ServerException>(() => server.StartAsync(Token));

        Assert.True(error.Message.Contains("no_such_key", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public async Task StartAsync_PortTakenWhileStopped_WaitsUntilItIsFree()
    {
        var server = await RequiredServer.StartAsync<RedisServer>(Token);
        await using var _ = server;
        await server.StopAsync(Token);
        Task starting;
        using (var thief = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            thief.Bind(new IPEndPoint(IPAddress.Loopback, server.Port));
            thief.Listen();
            starting = server.StartAsync(Token);
            await thief.AcceptAsync(Token);
        }

        await starting;
        Assert.True(server.IsRunning);
    }

    [Theory]
    [InlineData(false, typeof(Xunit.Sdk.SkipException))]
    [InlineData(true, typeof(Xunit.Sdk.FailException))]
    public void Check_MissingServer_SkipsOrFailsWithTheCommand(bool required, Type expected)
    {
        var missing = new ServerRequirement("Example", "no example-server on the PATH", ServerRequirement.InstallCommand);

        Exception? error = null;
        try
        {
            RequiredServer.Check(missing, required);
        }
        catch (Exception thrown)
        {
            // Record.Exception would let a skip through.
            error = thrown;
        }

        Assert.IsType(expected, error);
        Assert.Contains("Example is missing (no example-server on the PATH). To bring it: ./eng/install-servers.sh", error.Message, StringComparison.Ordinal);
    }

    private sealed class SilentServer() : TestServer("silent")
    {
        private protected override LaunchScript CreateScript() => new LaunchScript().Exec("sleep", "60");

        private protected override Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken) => Task.FromResult(true);
    }
}
