using System.Diagnostics;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>Nothing of a server is left behind, however the process that started it ends.</summary>
public sealed class LeftoverTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task DisposeAsync_RunningRedis_LeavesNothing() => DisposeAndCheckAsync(new RedisServer(), RedisServer.Requirement, ServerState.Running);

    [Fact]
    public Task DisposeAsync_PausedRedis_LeavesNothing() => DisposeAndCheckAsync(new RedisServer(), RedisServer.Requirement, ServerState.Paused);

    [Fact]
    public Task DisposeAsync_StoppedRedis_LeavesNothing() => DisposeAndCheckAsync(new RedisServer(), RedisServer.Requirement, ServerState.Stopped);

    [Fact]
    public Task DisposeAsync_RunningMemcached_LeavesNothing() => DisposeAndCheckAsync(new MemcachedServer(), MemcachedServer.Requirement, ServerState.Running);

    [Fact]
    public Task TestProcessKilled_Redis_LeavesNothing() => KillAndCheckAsync("redis", RedisServer.Requirement);

    [Fact]
    public Task TestProcessKilled_Memcached_LeavesNothing() => KillAndCheckAsync("memcached", MemcachedServer.Requirement);

    [Fact]
    public Task DisposeAsync_RunningRabbitMq_LeavesNothing() => DisposeAndCheckAsync(new RabbitMqServer(), RabbitMqServer.Requirement, ServerState.Running);

    [Fact]
    public Task DisposeAsync_PausedKafka_LeavesNothing() => DisposeAndCheckAsync(new KafkaServer(), KafkaServer.Requirement, ServerState.Paused);

    [Fact]
    public Task TestProcessKilled_RabbitMq_LeavesNothing() => KillAndCheckAsync("rabbitmq", RabbitMqServer.Requirement);

    [Fact]
    public Task TestProcessKilled_KafkaCluster_LeavesNothing() => KillAndCheckAsync("kafka-cluster", KafkaCluster.Requirement);

    private static async Task DisposeAndCheckAsync(TestServer server, ServerRequirement requirement, ServerState state)
    {
        RequiredServer.Check(requirement);
        await server.StartAsync(Token);
        var folder = server.Folder;
        Assert.NotEmpty(ProcessesOf(folder));
        await (state switch
        {
            ServerState.Paused => server.PauseAsync(Token),
            ServerState.Stopped => server.StopAsync(Token),
            _ => Task.CompletedTask,
        });

        await server.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.Empty(ProcessesOf(folder));
    }

    private static async Task KillAndCheckAsync(string server, ServerRequirement requirement)
    {
        RequiredServer.Check(requirement);
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Toolkit.Testing.LeftoverHost.dll"), server },
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(s_limit, Token);
        var folders = line!.Split(' ');
        Assert.All(folders, static folder => Assert.NotEmpty(ProcessesOf(folder)));

        process.Kill();
        await process.WaitForExitAsync(Token);

        var waited = Stopwatch.StartNew();
        while (folders.Any(static folder => Directory.Exists(folder) || ProcessesOf(folder).Count > 0))
        {
            Assert.True(waited.Elapsed < s_limit, $"Left behind: {string.Join(", ", folders.SelectMany(ProcessesOf))} of {string.Join(", ", folders)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }
    }

    // Each process of a server has its folder in its environment, wherever it has put itself, or on its command line;
    // redis-server overwrites both, and works in the folder.
    private static List<int> ProcessesOf(string folder)
    {
        var found = new List<int>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(entry), out var process)
                && (Mentions(entry, "environ") || Mentions(entry, "cmdline") || WorksIn(entry)))
            {
                found.Add(process);
            }
        }

        return found;

        bool WorksIn(string entry)
        {
            try
            {
                return File.ResolveLinkTarget(Path.Combine(entry, "cwd"), returnFinalTarget: false) is { } cwd && cwd.FullName.Contains(folder, StringComparison.Ordinal);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        bool Mentions(string entry, string file)
        {
            try
            {
                return File.ReadAllText(Path.Combine(entry, file)).Contains(folder, StringComparison.Ordinal);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private enum ServerState
    {
        Running,
        Paused,
        Stopped,
    }
}
