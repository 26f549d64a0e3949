namespace Toolkit.Async;

/// <summary>Marks a flow of control as holding, or waiting for, a lock; innermost first.</summary>
internal sealed class LockMark
{
    private static readonly AsyncLocal<LockMark?> Innermost = new();

    private readonly object _lock;
    private readonly object? _key;
    private readonly LockMark? _outer;
    private volatile bool _isCleared;

    private LockMark(object target, object? key, LockMark? outer)
    {
        _lock = target;
        _key = key;
        _outer = outer;
    }

    /// <summary>
    /// Marks the calling flow; null if it has that mark already. Not to be called from an asynchronous method of the lock's
    /// own: the mark would end with it.
    /// </summary>
    public static LockMark? TryEnter(object target, object? key, Func<object, object?, bool> isSameKey)
    {
        var outer = Innermost.Value;
        while (outer is { _isCleared: true })
        {
            outer = outer._outer;
        }

        for (var mark = outer; mark is not null; mark = mark._outer)
        {
            if (!mark._isCleared && ReferenceEquals(mark._lock, target) && (key is null || isSameKey(key, mark._key)))
            {
                return null;
            }
        }

        return Innermost.Value = new LockMark(target, key, outer);
    }

    public void Clear() => _isCleared = true;
}
