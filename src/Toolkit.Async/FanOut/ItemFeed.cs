using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>Where the workers of a fan-out take their items from; safe to call from all of them.</summary>
internal abstract class ItemFeed<T>
{
    /// <summary>How many items there are, where that is known without enumerating.</summary>
    public abstract int? Count { get; }

    /// <summary>How many items were taken so far.</summary>
    public abstract long Taken { get; }

    /// <summary>Whether the source is known to have nothing left.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Takes an item without waiting. False says nothing about the end: reach the source and ask it then.</summary>
    public abstract bool TryTake(WorkerState worker, [MaybeNullWhen(false)] out T item, out long index);

    /// <summary>
    /// Whether the worker may ask the source now; if not, it is parked until its <see cref="WorkerState.Turn"/>, and tries again then.
    /// </summary>
    public abstract bool TryReachSource(WorkerState worker);

    /// <summary>Takes an item, waiting for the source. Only for a worker that has reached it.</summary>
    public abstract ValueTask<TakenItem<T>> TakeAsync(WorkerState worker);

    /// <summary>Called once, when no worker is left.</summary>
    public abstract ValueTask DisposeAsync();
}
