using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>One enumeration of a source, as a type parameter; never called by two workers at once.</summary>
internal interface ICursor<T>
{
    bool IsSynchronous { get; }

    int? Count { get; }

    T Current { get; }

    /// <summary>Only where <see cref="IsSynchronous"/>.</summary>
    bool MoveNext([MaybeNullWhen(false)] out T item);

    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    ValueTask DisposeAsync();
}
