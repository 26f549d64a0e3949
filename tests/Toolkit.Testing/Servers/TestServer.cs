using System.Net;
using System.Net.Sockets;
using Toolkit.Testing.Processes;
using Toolkit.Testing.Proxies;

namespace Toolkit.Testing.Servers;

/// <summary>
/// A real server in a process of its own, on free ports of 127.0.0.1 and in a temporary folder. It can be stopped, killed,
/// started again on the same ports and data, and paused; <see cref="Proxy"/> stands between it and a client.
/// Neither a process nor the folder is left behind, also when the test process is killed with SIGKILL.
/// Not thread-safe: one caller at a time drives it, while any number of clients may use it.
/// </summary>
public abstract partial class TestServer : IAsyncDisposable
{
    private const int PortAttempts = 5;
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(40);
    private readonly string _name;
    private ServerSupervisor? _supervisor;
    private ServerProcess? _process;
    private TcpProxy? _proxy;

    /// <param name="name">A short name for folders and messages.</param>
    private protected TestServer(string name) => _name = name;

    /// <summary>How long <see cref="StartAsync"/> waits for an answer; 90 s unless set, because build machines can be slow.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The address that clients connect to.</summary>
    public string Host => "127.0.0.1";

    /// <summary>The port that clients connect to; the same over all restarts.</summary>
    public int Port => Ports.Count > 0 ? Ports[0] : throw NotStarted();

    /// <summary>The temporary folder, which is deleted when the server is disposed.</summary>
    public string Folder => _supervisor?.Folder ?? throw NotStarted();

    /// <summary>The process id of the running server; null while it is stopped.</summary>
    public int? ProcessId => _process is { Exited.IsCompleted: false } process ? process.Id : null;

    /// <summary>Whether it runs (it may be paused).</summary>
    public bool IsRunning => ProcessId is not null;

    /// <summary>A proxy in front of <see cref="Port"/>, started with its first use, that can disturb connections.</summary>
    public virtual TcpProxy Proxy => _proxy ??= TcpProxy.Start(new IPEndPoint(IPAddress.Loopback, Port));

    private protected IReadOnlyList<int> Ports { get; private set; } = [];

    private protected virtual int PortCount => 1;

    /// <summary>Ports that were chosen by the owner of several nodes; otherwise the server chooses its own.</summary>
    internal IReadOnlyList<int>? FixedPorts { get; init; }

    /// <summary>Starts it, or starts it again on the same ports and data, and returns when it answers.</summary>
    /// <exception cref="ServerException">It ended or did not answer in time.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"The {_name} server is running already.");
        }

        var isFirst = Ports.Count == 0;
        for (var attempt = 1; ; attempt++)
        {
            if (isFirst)
            {
                Ports = FixedPorts ?? [.. Enumerable.Range(0, PortCount).Select(static _ => LoopbackPort.Next())];
            }

            try
            {
                await LaunchAsync(prepare: isFirst, cancellationToken);
                return;
            }
            catch (PortTakenException) when (attempt < PortAttempts && FixedPorts is null)
            {
                // On the first start other ports will do. Later the clients know this one: whoever holds it is asked for again.
                await Task.Delay(TimeSpan.FromMilliseconds(isFirst ? 0 : 200), cancellationToken);
            }
        }
    }

    /// <summary>Stops it as an operator would (SIGTERM) and returns when it has ended. The data stays.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not { } process)
        {
            return;
        }

        // A paused process would hold its SIGTERM until it goes on.
        Signals.SendToGroup(process.Id, Signals.Continue);
        Signals.Send(process.Id, Signals.Terminate);
        try
        {
            await process.Exited.WaitAsync(s_stopTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            await KillAsync(cancellationToken);
            throw new ServerException($"The {_name} server did not stop within {s_stopTimeout.TotalSeconds:0} s and was killed.{ReadLog()}");
        }
    }

    /// <summary>Kills it hard (SIGKILL) and returns when it has ended. The data stays as the crash left it.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_process is { } process)
        {
            if (!process.Exited.IsCompleted)
            {
                Signals.SendToGroup(process.Id, Signals.Kill);
            }

            await process.Exited.WaitAsync(s_stopTimeout, cancellationToken);
        }
    }

    /// <summary>Stops it if it runs, and starts it on the same ports and data.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(cancellationToken);
        await StartAsync(cancellationToken);
    }

    /// <summary>Stops all its threads (SIGSTOP): connections stay open and nothing answers.</summary>
    public Task PauseAsync(CancellationToken cancellationToken = default) => SignalAsync(Signals.Stop, stopped: true, cancellationToken);

    /// <summary>Lets a paused server go on (SIGCONT).</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => SignalAsync(Signals.Continue, stopped: false, cancellationToken);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }

        if (Interlocked.Exchange(ref _supervisor, null) is { } supervisor)
        {
            await supervisor.DisposeAsync();
        }
    }

    private async Task SignalAsync(int signal, bool stopped, CancellationToken cancellationToken)
    {
        if (_process is not { Exited.IsCompleted: false } process)
        {
            throw NotStarted();
        }

        Signals.SendToGroup(process.Id, signal);
        await process.WaitForStateAsync(stopped, cancellationToken);
    }

    private InvalidOperationException NotStarted() => new($"The {_name} server is not running: call StartAsync first.");
}
