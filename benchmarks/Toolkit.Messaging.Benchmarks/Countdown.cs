namespace Toolkit.Messaging.Benchmarks;

/// <summary>A task that completes with the n-th call.</summary>
internal sealed class Countdown(int count)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    public Task Task => _done.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.SetResult();
        }
    }
}
