namespace Toolkit.Async;

/// <summary>A run whose bodies have no result.</summary>
internal sealed class ForEachRun<T>(Func<T, CancellationToken, ValueTask> body, FanOutOptions options, CancellationToken cancellationToken)
    : ItemRun<T>(options, cancellationToken)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    protected override async Task WorkAsync()
    {
        var worker = new WorkerState();
        while (!IsStopped)
        {
            ValueTask pending;
            if (!TryRunUntilPending(worker, out pending))
            {
                while (!TryReachSource(worker))
                {
                    await worker.Turn.WaitAsync().ConfigureAwait(false);
                }

                var taken = await TakeAsync(worker).ConfigureAwait(false);
                if (!IsOnPool)
                {
                    await ToPool();
                }

                if (!taken.HasItem)
                {
                    return;
                }

                StartNextWorker(worker);
                RestoreContext();
                pending = Start(taken);
            }

            try
            {
                await pending.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Fail(exception);
            }

            if (!IsOnPool)
            {
                await ToPool();
            }
        }
    }

    protected override void EndSucceeded() => _completion.SetResult();

    protected override void EndFailed(IReadOnlyList<Exception> failures) => _completion.SetException(failures);

    protected override void EndCanceled() => _completion.SetCanceled(CallerToken);

    /// <summary>The hot loop: no state machine as long as items are there and bodies complete at once.</summary>
    private bool TryRunUntilPending(WorkerState worker, out ValueTask pending)
    {
        // Locals, because an out parameter is written to memory, with the garbage collector's barrier, for each item.
        var (feed, isBare, token) = (Feed, IsBare, Token);
        try
        {
            while (!IsStopped && feed.TryTake(worker, out var item, out var index))
            {
                StartNextWorker(worker);
                RestoreContext();
                var running = isBare ? body(item, token) : RunScopedAsync(new TakenItem<T>(item, index, null));
                if (!running.IsCompletedSuccessfully)
                {
                    worker.Batch = 1;
                    pending = running;
                    return true;
                }

                // Pooled value tasks go back to their pool when their result is asked for.
                running.GetAwaiter().GetResult();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        pending = default;
        return false;
    }

    private ValueTask Start(in TakenItem<T> taken)
    {
        try
        {
            return IsBare ? body(taken.Item, Token) : RunScopedAsync(taken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    private async ValueTask RunScopedAsync(TakenItem<T> taken)
    {
        using var scope = BeginItem(taken);
        try
        {
            await body(taken.Item, scope.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            scope.Failed(exception);
            throw;
        }

        scope.Succeeded();
    }
}
