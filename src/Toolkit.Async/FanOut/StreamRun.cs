using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Toolkit.Async;

/// <summary>A run whose results go to one consumer, who may be slower: then the source is not asked for more.</summary>
internal abstract class StreamRun<T, TResult, TOut> : ResultRun<T, TResult>, IRoom
{
    private readonly Lock _queueing = new();
    private readonly IResultQueue<TOut> _queue;
    private readonly AsyncSignal _resultsOrEnd = new();
    private readonly AsyncSignal _room = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _capacity;
    private int _outstanding;
    private Exception? _failure;
    private bool _wasCanceled;
    private volatile bool _hasEnded;

    protected StreamRun(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
        : base(body, options, cancellationToken)
    {
        _capacity = options.BufferCapacity ?? (int)Math.Min(int.MaxValue - 1, 2L * options.MaxConcurrency);
        _queue = options.Ordered ? new SourceOrderQueue<TOut>() : new ArrivalOrderQueue<TOut>();
    }

    protected sealed override IRoom Room => this;

    /// <summary>Takes a result that is ready, and makes room for another one.</summary>
    public bool TryTake([MaybeNullWhen(false)] out TOut result)
    {
        lock (_queueing)
        {
            if (!_queue.TryTake(out result))
            {
                return false;
            }
        }

        // One over the capacity: the worker that is about to ask the source waits for this.
        if (Interlocked.Decrement(ref _outstanding) == _capacity)
        {
            _room.Set();
        }

        return true;
    }

    /// <summary>Waits for the next result; false at the end of the run, which throws if the run did not succeed.</summary>
    public async ValueTask<bool> WaitAsync()
    {
        while (true)
        {
            var ended = _hasEnded;
            if (ended && _wasCanceled)
            {
                throw new OperationCanceledException(CallerToken);
            }

            if (HasResult())
            {
                return true;
            }

            if (ended)
            {
                if (_failure is not null)
                {
                    ExceptionDispatchInfo.Throw(_failure);
                }

                return false;
            }

            await _resultsOrEnd.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the run if it has not ended, and waits until nothing of it is running any more.</summary>
    public Task CloseAsync()
    {
        CancelFromOutside();
        return _ended.Task;
    }

    ValueTask IRoom.WaitAsync(CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _outstanding) <= _capacity ? default : WaitForRoomAsync(cancellationToken);

    protected void Deliver(long index, TOut result)
    {
        lock (_queueing)
        {
            _queue.Add(index, result);
        }

        _resultsOrEnd.Set();
    }

    protected sealed override void Stopped() => _room.Set();

    protected sealed override void EndSucceeded() => End(null);

    protected sealed override void EndFailed(IReadOnlyList<Exception> failures) => End(failures[0]);

    protected sealed override void EndCanceled()
    {
        _wasCanceled = true;
        End(null);
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await _room.WaitAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private bool HasResult()
    {
        lock (_queueing)
        {
            return _queue.HasNext;
        }
    }

    private void End(Exception? failure)
    {
        _failure = failure;
        _hasEnded = true;
        _resultsOrEnd.Set();
        _ended.SetResult();
    }
}
