namespace Toolkit.Caching.Runtime;

/// <summary>A cached result. A class, so that a removal can name the very result that it means, whatever came since.</summary>
internal class Entry<TValue>(TValue value)
{
    private Task<TValue>? _task;

    public TValue Value { get; } = value;

    /// <summary>One completed task for all callers of a method that returns <see cref="Task{TResult}"/>.</summary>
    public Task<TValue> Task => _task ??= System.Threading.Tasks.Task.FromResult(Value);
}
