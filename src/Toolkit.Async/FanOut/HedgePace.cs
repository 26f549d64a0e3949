namespace Toolkit.Async;

/// <summary>Lets the first candidate start at once and each further one after a delay, or when one has failed.</summary>
internal sealed class HedgePace(TimeSpan delay, TimeProvider time) : IRoom
{
    private readonly AsyncSignal _hurry = new();
    private bool _isFirst = true;

    public void Hurry() => _hurry.Set();

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (_isFirst)
        {
            _isFirst = false;
            return;
        }

        using (time.CreateTimer(static state => ((HedgePace)state!).Hurry(), this, delay, Timeout.InfiniteTimeSpan))
        {
            await _hurry.WaitAsync().ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
