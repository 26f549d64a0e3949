using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

internal struct AsyncCursor<T>(IAsyncEnumerable<T> source) : ICursor<T>
{
    private IAsyncEnumerator<T>? _enumerator;

    public readonly bool IsSynchronous => false;

    public readonly int? Count => null;

    public readonly T Current => _enumerator!.Current;

    public readonly bool MoveNext([MaybeNullWhen(false)] out T item) => throw new NotSupportedException();

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _enumerator ??= source.GetAsyncEnumerator(cancellationToken);
        return _enumerator.MoveNextAsync();
    }

    public readonly ValueTask DisposeAsync() => _enumerator?.DisposeAsync() ?? default;
}
