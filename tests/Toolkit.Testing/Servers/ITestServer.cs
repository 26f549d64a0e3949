namespace Toolkit.Testing.Servers;

/// <summary>A server, or several as one, that a suite can share (<see cref="SharedServer{TServer}"/>).</summary>
public interface ITestServer : IAsyncDisposable
{
    /// <summary>What it needs on this machine.</summary>
    static abstract ServerRequirement Requirement { get; }

    /// <summary>Starts it and returns when it answers.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);
}
