using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Toolkit.Testing.Processes;

/// <summary>
/// The shell (supervisor.sh) that owns one server's process group and folder. It reads from a pipe that only this
/// process can write to; when this process ends, even by SIGKILL, the pipe ends, and the shell kills and deletes.
/// </summary>
internal sealed class ServerSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan s_answerTimeout = TimeSpan.FromSeconds(30);
    private readonly Process _shell;
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<int, ServerProcess> _processes = new();
    private readonly Task _reading;

    private ServerSupervisor(Process shell, string folder)
    {
        _shell = shell;
        Folder = folder;
        _reading = ReadAsync();
    }

    public string Folder { get; }

    public static async Task<ServerSupervisor> StartAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"toolkit-{name}-{Guid.NewGuid():N}"[..^20]);
        var start = new ProcessStartInfo
        {
            // A session of its own: Ctrl+C in a terminal ends the test process, not the one that cleans up behind it.
            FileName = "setsid",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])["--wait", "sh", "-c", ReadScript(), "supervisor", folder])
        {
            start.ArgumentList.Add(argument);
        }

        var shell = Process.Start(start) ?? throw new InvalidOperationException("The supervising shell did not start.");
        var supervisor = new ServerSupervisor(shell, folder);
        await supervisor.ReadAnswerAsync("ready", cancellationToken);
        return supervisor;
    }

    /// <summary>Starts <paramref name="script"/> as a new session and returns as soon as it has a process id.</summary>
    public async Task<ServerProcess> RunAsync(LaunchScript script, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "run.sh"), script.ToString(), cancellationToken);
        await _shell.StandardInput.WriteLineAsync("start");
        await _shell.StandardInput.FlushAsync(cancellationToken);
        var answer = await ReadAnswerAsync("started ", cancellationToken);
        return _processes.GetOrAdd(int.Parse(answer["started ".Length..], CultureInfo.InvariantCulture), static id => new ServerProcess(id));
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_answerTimeout);
        await _shell.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        _shell.Dispose();
    }

    private static string ReadScript()
    {
        using var stream = typeof(ServerSupervisor).Assembly.GetManifestResourceStream("supervisor.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task<string> ReadAnswerAsync(string expected, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_answerTimeout);
            var answer = await _answers.Reader.ReadAsync(limit.Token);
            return answer.StartsWith(expected, StringComparison.Ordinal)
                ? answer
                : throw new InvalidOperationException($"The supervising shell answered '{answer}' instead of '{expected}'.");
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"The supervising shell of {Folder} ended.");
        }
    }

    private async Task ReadAsync()
    {
        while (await _shell.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["exited", var id, var code])
            {
                _processes.GetOrAdd(int.Parse(id, CultureInfo.InvariantCulture), static id => new ServerProcess(id))
                    .SetExited(int.Parse(code, CultureInfo.InvariantCulture));
            }
            else
            {
                await _answers.Writer.WriteAsync(line);
            }
        }

        _answers.Writer.TryComplete();
        foreach (var process in _processes.Values)
        {
            process.SetExited(-1);
        }
    }
}
