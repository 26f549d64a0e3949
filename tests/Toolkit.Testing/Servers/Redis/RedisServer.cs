using System.Net.Sockets;
using System.Text;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>
/// redis-server with an append-only file. Every answered write has been handed to the kernel: it survives
/// <see cref="TestServer.KillAsync"/>, but would not survive the machine's.
/// </summary>
public sealed class RedisServer : TestServer, ITestServer
{
    private const string Program = "redis-server";

    public RedisServer()
        : base("redis")
    {
    }

    /// <inheritdoc/>
    public static ServerRequirement Requirement { get; } = new(
        "Redis", Processes.Executable.Find(Program) is null ? $"no {Program} on the PATH" : null, ServerRequirement.InstallCommand);

    /// <summary>The program; redis-server of this machine unless set.</summary>
    public string Executable { get; init; } = Processes.Executable.Find(Program) ?? Program;

    /// <summary>Further arguments, such as <c>--requirepass secret</c>; they win over the launcher's own.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What StackExchange.Redis connects with.</summary>
    public string ConnectionString => $"{Host}:{Port}";

    private protected override LaunchScript CreateScript() => new LaunchScript().Exec(Executable, [
        "--port", $"{Port}", "--bind", Host, "--dir", Folder, "--daemonize", "no",
        "--save", "", "--appendonly", "yes", "--appendfsync", "no", .. Arguments]);

    private protected override async Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
        var answer = new byte[64];
        var length = await stream.ReadAsync(answer, cancellationToken);
        var text = Encoding.ASCII.GetString(answer, 0, length);

        // With a password set, asking for it is an answer. While it reads its file it says -LOADING.
        return text.StartsWith("+PONG", StringComparison.Ordinal) || text.StartsWith("-NOAUTH", StringComparison.Ordinal);
    }
}
