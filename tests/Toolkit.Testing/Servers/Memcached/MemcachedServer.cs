using System.Net.Sockets;
using System.Text;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>memcached, TCP only. It keeps everything in memory: after a stop or a kill it comes back empty.</summary>
public sealed class MemcachedServer : TestServer, ITestServer
{
    private const string Program = "memcached";

    public MemcachedServer()
        : base("memcached")
    {
    }

    /// <inheritdoc/>
    public static ServerRequirement Requirement { get; } = new(
        "memcached", Processes.Executable.Find(Program) is null ? $"no {Program} on the PATH" : null, ServerRequirement.InstallCommand);

    /// <summary>The program; memcached of this machine unless set.</summary>
    public string Executable { get; init; } = Processes.Executable.Find(Program) ?? Program;

    /// <summary>Further arguments, such as <c>-m 64</c> for 64 MiB.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    private protected override LaunchScript CreateScript() => new LaunchScript().Exec(Executable, [
        "-l", Host, "-p", $"{Port}", "-U", "0", .. RunAsRoot(), .. Arguments]);

    private protected override async Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("version\r\n"u8.ToArray(), cancellationToken);
        var answer = new byte[64];
        var length = await stream.ReadAsync(answer, cancellationToken);
        return Encoding.ASCII.GetString(answer, 0, length).StartsWith("VERSION ", StringComparison.Ordinal);
    }

    // memcached refuses to run as root unless it is told to.
    private static string[] RunAsRoot() => Environment.IsPrivilegedProcess ? ["-u", "root"] : [];
}
