using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Toolkit.Async;

/// <summary>
/// Sources that only one worker may touch at a time: any enumerable, asynchronous ones, and those whose items have to be
/// admitted by a pause, a rate limiter or a stream's buffer. The source is enumerated once and disposed of once.
/// </summary>
internal sealed class GatedFeed<T, TCursor>(TCursor cursor, FanOutRun run, Admission? admission) : ItemFeed<T>
    where TCursor : struct, ICursor<T>
{
    private TCursor _cursor = cursor;
    private WorkerGate _gate;
    private ValueTask<bool>? _pendingMove;
    private long _taken;
    private volatile bool _ended;
    private volatile bool _waiting;

    public override int? Count => _cursor.Count;

    public override long Taken => Volatile.Read(ref _taken);

    public override bool HasEnded => _ended;

    private bool MayTry => admission is null && (_cursor.IsSynchronous || !Metrics.QueueWait.Enabled);

    public override bool TryTake(WorkerState worker, [MaybeNullWhen(false)] out T item, out long index)
    {
        item = default;
        index = 0;

        // What is waited for is measured by TakeAsync. While the source is being awaited there is no point in spinning.
        if (!MayTry || _ended || run.IsStopped || !_gate.TryEnter(spin: !_waiting))
        {
            return false;
        }

        try
        {
            if (_ended || run.IsStopped)
            {
                return false;
            }

            run.RestoreContext();
            if (TryMoveNext(worker, out item))
            {
                index = _taken++;
                return true;
            }

            return false;
        }
        catch (Exception exception)
        {
            SourceFailed(exception);
            return false;
        }
        finally
        {
            if (!worker.IsAtSource)
            {
                Leave();
            }
        }
    }

    public override bool TryReachSource(WorkerState worker) =>
        worker.IsAtSource = worker.IsAtSource || _gate.TryEnter(spin: !_waiting) || _gate.TryEnterOrPark(worker);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<TakenItem<T>> TakeAsync(WorkerState worker)
    {
        try
        {
            if (_pendingMove is { } asked)
            {
                _pendingMove = null;
            }
            else
            {
                if (_ended || run.IsStopped)
                {
                    return TakenItem<T>.None;
                }

                _waiting = true;
                if (admission is not null)
                {
                    await admission.BeforeItemAsync(run.Token).ConfigureAwait(false);
                }

                run.RestoreContext();
                asked = _cursor.MoveNextAsync(run.Token);
            }

            if (!await asked.ConfigureAwait(false))
            {
                _ended = true;
                return TakenItem<T>.None;
            }

            var item = _cursor.Current;
            var index = _taken++;
            var permit = admission is null ? null : await admission.BeforeBodyAsync(run.Token).ConfigureAwait(false);
            return new TakenItem<T>(item, index, permit);
        }
        catch (Exception exception)
        {
            SourceFailed(exception);
            return TakenItem<T>.None;
        }
        finally
        {
            _waiting = false;
            worker.IsAtSource = false;
            Leave();
        }
    }

    public override ValueTask DisposeAsync() => _cursor.DisposeAsync();

    /// <summary>Moves the source, if it has an answer at once.</summary>
    private bool TryMoveNext(WorkerState worker, [MaybeNullWhen(false)] out T item)
    {
        if (_cursor.IsSynchronous)
        {
            var moved = _cursor.MoveNext(out item);
            _ended = !moved;
            return moved;
        }

        item = default;
        var move = _cursor.MoveNextAsync(run.Token);
        if (!move.IsCompletedSuccessfully)
        {
            // Stays inside: TakeAsync goes on from here.
            (_pendingMove, _waiting, worker.IsAtSource) = (move, true, true);
            return false;
        }

        if (!move.Result)
        {
            _ended = true;
            return false;
        }

        item = _cursor.Current;
        return true;
    }

    private void SourceFailed(Exception exception)
    {
        _ended = true;
        run.Fail(exception);
    }

    private void Leave()
    {
        if (_ended || run.IsStopped)
        {
            _gate.LeaveForGood();
        }
        else
        {
            _gate.Leave();
        }
    }
}
