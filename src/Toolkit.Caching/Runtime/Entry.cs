namespace Toolkit.Caching.Runtime;

/// <summary>A cached result. Never changed, so that nobody reads half of one; a newer result is another entry.</summary>
internal class Entry<TValue>(TValue value, EntryTerms? terms)
{
    public readonly TValue Value = value;

    /// <summary>What ends the result; null where nothing but its eviction or removal does.</summary>
    public readonly EntryTerms? Terms = terms;

    private Task<TValue>? _task;

    /// <summary>One completed task for all callers of a method that returns <see cref="Task{TResult}"/>.</summary>
    public Task<TValue> Task => _task ??= System.Threading.Tasks.Task.FromResult(Value);
}
