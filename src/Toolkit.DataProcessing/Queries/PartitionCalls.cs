namespace Toolkit.DataProcessing;

/// <summary>Calls of the caller's code for partitions: a bounded number at once, the first failure stops all.</summary>
internal sealed class PartitionCalls<T>(Func<IReadOnlyList<T>, CancellationToken, ValueTask> action, int most, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly SemaphoreSlim _room = new(most);
    private readonly List<Task> _calls = [];

    public CancellationToken Token => _stop.Token;

    /// <summary>Waits for room on the worker's thread, then starts a call on the pool. Never called twice at once.</summary>
    public void Start(List<T> rows)
    {
        _room.Wait(_stop.Token);
        _calls.RemoveAll(static call => call.IsCompletedSuccessfully);
        _calls.Add(Task.Run(() => CallAsync(rows), CancellationToken.None));
    }

    public Task CompleteAsync() => Task.WhenAll(_calls);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _room.Dispose();
    }

    private async Task CallAsync(List<T> rows)
    {
        try
        {
            await action(rows, _stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _room.Release();
        }
    }
}
