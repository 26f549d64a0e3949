using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>
/// Sources that only one worker may touch at a time: any enumerable, asynchronous ones, and those whose items have to be
/// admitted by a pause, a rate limiter or a stream's buffer. The source is enumerated once and disposed of once.
/// </summary>
internal sealed class GatedFeed<T, TCursor>(TCursor cursor, FanOutRun run, Admission? admission) : ItemFeed<T>
    where TCursor : struct, ICursor<T>
{
    private readonly bool _synchronous = cursor.IsSynchronous && admission is null;
    private TCursor _cursor = cursor;
    private WorkerGate _gate;
    private long _taken;
    private volatile bool _ended;
    private volatile bool _waiting;

    public override int? Count => _cursor.Count;

    public override long Taken => Volatile.Read(ref _taken);

    public override bool HasEnded => _ended;

    public override bool TryTake(WorkerState worker, [MaybeNullWhen(false)] out T item, out long index)
    {
        item = default;
        index = 0;
        if (!_synchronous || !_gate.TryEnter(spin: true))
        {
            return false;
        }

        try
        {
            if (_ended || run.IsStopped)
            {
                return false;
            }

            if (!_cursor.MoveNext(out item))
            {
                _ended = true;
                return false;
            }

            index = _taken++;
            return true;
        }
        catch (Exception exception)
        {
            SourceFailed(exception);
            return false;
        }
        finally
        {
            Leave();
        }
    }

    public override ValueTask<TakenItem<T>> TakeAsync()
    {
        // While the source is being awaited there is no point in spinning.
        var entered = !_ended && !run.IsStopped
            && (_gate.TryEnter(spin: !_waiting) || _gate.TryEnterOrWait());
        return entered ? TakeInsideAsync() : new ValueTask<TakenItem<T>>(TakenItem<T>.None);
    }

    public override ValueTask DisposeAsync() => _cursor.DisposeAsync();

    private async ValueTask<TakenItem<T>> TakeInsideAsync()
    {
        try
        {
            if (_ended || run.IsStopped)
            {
                return TakenItem<T>.None;
            }

            _waiting = true;
            if (admission is not null)
            {
                await admission.BeforeItemAsync(run.Token).ConfigureAwait(false);
                run.RestoreContext();
            }

            if (!await _cursor.MoveNextAsync(run.Token).ConfigureAwait(false))
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
            Leave();
        }
    }

    private void SourceFailed(Exception exception)
    {
        _ended = true;
        run.Fail(exception);
    }

    private void Leave()
    {
        // After the end there is nothing to start a worker for: those that ended at the gate have ended for good.
        if (_gate.Leave() && !_ended)
        {
            run.StartWorker();
        }
    }
}
