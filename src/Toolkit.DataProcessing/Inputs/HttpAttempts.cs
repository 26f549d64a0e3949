namespace Toolkit.DataProcessing;

/// <summary>How often a request was tried, and the pause before it is tried again: none at first, then longer ones.</summary>
internal sealed class HttpAttempts(CancellationToken cancellationToken)
{
    private static readonly TimeSpan[] s_pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];

    private int _failed;

    public CancellationToken CancellationToken => cancellationToken;

    public int Count => _failed + 1;

    public bool IsLast => _failed == s_pauses.Length;

    /// <summary>Waits until it is time for the next one, on a thread of the run's own.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Pause()
    {
        cancellationToken.WaitHandle.WaitOne(s_pauses[_failed++]);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
