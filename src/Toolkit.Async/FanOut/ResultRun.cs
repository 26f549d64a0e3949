namespace Toolkit.Async;

/// <summary>A run whose bodies have results; what becomes of those is up to the derived runs.</summary>
internal abstract class ResultRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : ItemRun<T>(options, cancellationToken)
{
    protected sealed override async Task WorkAsync()
    {
        var worker = new WorkerState();
        while (!IsStopped)
        {
            if (!TryRunUntilPending(worker, out var taken, out var pending))
            {
                while (!TryReachSource(worker))
                {
                    await worker.Turn.WaitAsync().ConfigureAwait(false);
                }

                taken = await TakeAsync(worker).ConfigureAwait(false);
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
                ItemSucceeded(taken.Index, taken.Item, await pending.ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                ItemFailed(taken.Index, taken.Item, exception);
            }

            if (!IsOnPool)
            {
                await ToPool();
            }
        }
    }

    /// <summary>Called on any worker's thread, never twice for an item.</summary>
    protected abstract void ItemSucceeded(long index, T item, TResult result);

    /// <summary>Called on any worker's thread, never twice for an item; by default the end of the run.</summary>
    protected virtual void ItemFailed(long index, T item, Exception exception) => Fail(exception);

    /// <summary>The hot loop: no state machine as long as items are there and bodies complete at once.</summary>
    private bool TryRunUntilPending(WorkerState worker, out TakenItem<T> taken, out ValueTask<TResult> pending)
    {
        var (feed, isBare, token) = (Feed, IsBare, Token);
        while (!IsStopped && feed.TryTake(worker, out var item, out var index))
        {
            try
            {
                StartNextWorker(worker);
                RestoreContext();
                var running = isBare ? body(item, token) : RunScopedAsync(new TakenItem<T>(item, index, null));
                if (!running.IsCompletedSuccessfully)
                {
                    worker.Batch = 1;
                    taken = new TakenItem<T>(item, index, null);
                    pending = running;
                    return true;
                }

                ItemSucceeded(index, item, running.Result);
            }
            catch (Exception exception)
            {
                ItemFailed(index, item, exception);
            }
        }

        taken = default;
        pending = default;
        return false;
    }

    private ValueTask<TResult> Start(in TakenItem<T> taken)
    {
        try
        {
            return IsBare ? body(taken.Item, Token) : RunScopedAsync(taken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<TResult>(exception);
        }
    }

    private async ValueTask<TResult> RunScopedAsync(TakenItem<T> taken)
    {
        using var scope = BeginItem(taken);
        TResult result;
        try
        {
            result = await body(taken.Item, scope.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            scope.Failed(exception);
            throw;
        }

        scope.Succeeded();
        return result;
    }
}
