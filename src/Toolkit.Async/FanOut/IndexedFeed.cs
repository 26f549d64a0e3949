using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>
/// Arrays and lists: the workers share a counter. Where bodies complete without waiting, sharing it for each item would cost
/// more than the items do: a worker then takes several at once, and one that finds no more takes from those again.
/// </summary>
internal sealed class IndexedFeed<T, TList>(TList list) : ItemFeed<T>
    where TList : struct, IIndexed<T>
{
    // Enough for the shared counter to weigh nothing; more would only make items start further out of order.
    private const int MaxBatch = 32;

    private readonly TList _list = list;
    private readonly int _count = list.Count;
    private readonly Lock _cutting = new();
    private ItemRange[] _ranges = [];
    private long _next;

    public override int? Count => _count;

    // Each worker that finds the end counts on.
    public override long Taken => Math.Min(Volatile.Read(ref _next), _count);

    public override bool HasEnded => Volatile.Read(ref _next) >= _count && AreRangesEmpty();

    public override bool TryTake(WorkerState worker, [MaybeNullWhen(false)] out T item, out long index)
    {
        if ((worker.Range is { } range && range.TryTake(out var taken)) || TryTakeShared(worker, out taken))
        {
            item = _list[taken];
            index = taken;
            return true;
        }

        item = default;
        index = 0;
        return false;
    }

    public override bool TryReachSource(WorkerState worker) => true;

    public override ValueTask<TakenItem<T>> TakeAsync(WorkerState worker) => new(TakenItem<T>.None);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool TryTakeShared(WorkerState worker, out int index)
    {
        // Announced before the items are taken: nobody who comes after that, and finds the counter at its end, overlooks them.
        var batch = worker.Batch;
        var range = batch > 1 ? OwnRange(worker) : null;
        range?.Announce();
        var next = Interlocked.Add(ref _next, batch) - batch;
        if (next >= _count)
        {
            range?.TakeBack();
            return TryCut(worker, out index);
        }

        index = (int)next;
        range?.Fill(index + 1, (int)Math.Min(next + batch, _count));
        worker.Batch = Math.Min(batch * 2, MaxBatch);
        return true;
    }

    /// <summary>
    /// Takes items away from another worker. False is final: nothing is left but what workers have in their hands, so that whoever is
    /// told so may end. One at a time therefore, up to where the items that were cut off are in sight again.
    /// </summary>
    private bool TryCut(WorkerState worker, out int index)
    {
        lock (_cutting)
        {
            foreach (var range in _ranges)
            {
                range.WaitUntilFilled();
                while (!range.IsEmpty)
                {
                    if (range.TryCut(out index, out var end))
                    {
                        if (index + 1 < end)
                        {
                            OwnRange(worker).Fill(index + 1, end);
                        }

                        return true;
                    }
                }
            }
        }

        index = 0;
        return false;
    }

    private bool AreRangesEmpty()
    {
        lock (_cutting)
        {
            return Array.TrueForAll(_ranges, static range =>
            {
                range.WaitUntilFilled();
                return range.IsEmpty;
            });
        }
    }

    private ItemRange OwnRange(WorkerState worker)
    {
        if (worker.Range is { } range)
        {
            return range;
        }

        range = new ItemRange();
        lock (_cutting)
        {
            _ranges = [.. _ranges, range];
        }

        return worker.Range = range;
    }
}
