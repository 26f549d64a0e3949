using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

internal struct SyncCursor<T>(IEnumerable<T> source) : ICursor<T>
{
    private IEnumerator<T>? _enumerator;

    public readonly bool IsSynchronous => true;

    public readonly int? Count => source.TryGetNonEnumeratedCount(out var count) ? count : null;

    public readonly T Current => _enumerator!.Current;

    public bool MoveNext([MaybeNullWhen(false)] out T item)
    {
        _enumerator ??= source.GetEnumerator();
        if (_enumerator.MoveNext())
        {
            item = _enumerator.Current;
            return true;
        }

        item = default;
        return false;
    }

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => new(MoveNext(out _));

    public readonly ValueTask DisposeAsync()
    {
        _enumerator?.Dispose();
        return default;
    }
}
