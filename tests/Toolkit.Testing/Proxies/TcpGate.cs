namespace Toolkit.Testing.Proxies;

/// <summary>What all bytes of one direction pass; closed, they wait in front of it.</summary>
internal sealed class TcpGate
{
    private volatile TaskCompletionSource? _closed;

    public void Close() =>
        Interlocked.CompareExchange(ref _closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Open() => Interlocked.Exchange(ref _closed, null)?.SetResult();

    public async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        while (_closed is { } closed)
        {
            await closed.Task.WaitAsync(cancellationToken);
        }
    }
}
