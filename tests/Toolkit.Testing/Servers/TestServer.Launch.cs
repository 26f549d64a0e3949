using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

public abstract partial class TestServer
{
    private const int LogLines = 60;
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Makes what a first start needs (configuration, an empty data folder). Runs before every attempt of it.</summary>
    private protected virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>How the server is started.</summary>
    private protected abstract LaunchScript CreateScript();

    /// <summary>Asks the server something over <paramref name="stream"/> that only a server that is ready answers.</summary>
    private protected abstract Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken);

    /// <summary>Runs a program of the server's distribution to its end, inside the supervised folder.</summary>
    private protected async Task RunToEndAsync(LaunchScript script, string what, CancellationToken cancellationToken)
    {
        var process = await _supervisor!.RunAsync(script, cancellationToken);
        var code = await process.Exited.WaitAsync(StartTimeout, cancellationToken);
        if (code != 0)
        {
            throw new ServerException($"{what} of the {_name} server ended with exit code {code}.{ReadLog()}");
        }
    }

    private async Task LaunchAsync(bool prepare, CancellationToken cancellationToken)
    {
        _supervisor ??= await ServerSupervisor.StartAsync(_name, cancellationToken);
        if (prepare)
        {
            await PrepareAsync(cancellationToken);
        }

        var process = _process = await _supervisor.RunAsync(CreateScript(), cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTimeout);
        try
        {
            // The process is asked after the answer: the answer may have come from another server on a port that ours could not get.
            while (!await ProbeAsync(limit.Token) || process.Exited.IsCompleted)
            {
                if (process.Exited.IsCompleted)
                {
                    throw Ended(await process.Exited);
                }

                await Task.WhenAny(process.Exited, Task.Delay(s_probeInterval, limit.Token));
                limit.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await KillAsync(CancellationToken.None);
            throw new ServerException($"The {_name} server did not answer on {Host}:{Port} within {StartTimeout.TotalSeconds:0} s and was killed.{ReadLog()}");
        }
        catch (OperationCanceledException)
        {
            await KillAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_probeTimeout);
        try
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(Host, Port, limit.Token);
            var stream = client.GetStream();
            return await AnswersAsync(stream, limit.Token);
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private ServerException Ended(int code)
    {
        var log = ReadLog();

        // Not every server says why it ended; a port that somebody holds now says it as well.
        var taken = Ports.Where(static port => !LoopbackPort.IsFree(port)).ToArray();
        return taken.Length > 0 || log.Contains("address already in use", StringComparison.OrdinalIgnoreCase) || log.Contains("eaddrinuse", StringComparison.OrdinalIgnoreCase)
            ? new PortTakenException($"Port {string.Join(", ", taken)} of the {_name} server was taken by another process.{log}")
            : new ServerException($"The {_name} server ended with exit code {code} before it answered on {Host}:{Port}.{log}");
    }

    /// <summary>The last lines that the server wrote, as the end of a message.</summary>
    private protected string ReadLog()
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(Folder, "server.log"));
        }
        catch (IOException)
        {
            lines = [];
        }

        if (lines.Length == 0)
        {
            return " It wrote nothing.";
        }

        var text = new StringBuilder(" Its last log lines:");
        foreach (var line in lines.TakeLast(LogLines))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {line}");
        }

        return text.ToString();
    }
}
