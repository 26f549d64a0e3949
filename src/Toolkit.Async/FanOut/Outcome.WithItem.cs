using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>How one item ended, and which one: what a stream gives out, whose results may come in any order.</summary>
/// <typeparam name="T">The items.</typeparam>
/// <typeparam name="TResult">The values.</typeparam>
/// <param name="Item">The item.</param>
/// <param name="Index">Its place in the source, from 0.</param>
/// <param name="Result">How it ended.</param>
public readonly record struct Outcome<T, TResult>(T Item, long Index, Outcome<TResult> Result)
{
    /// <inheritdoc cref="Outcome{TResult}.IsSuccess"/>
    [MemberNotNullWhen(false, nameof(Exception))]
    public bool IsSuccess => Result.IsSuccess;

    /// <inheritdoc cref="Outcome{TResult}.Exception"/>
    public Exception? Exception => Result.Exception;

    /// <inheritdoc cref="Outcome{TResult}.Value"/>
    public TResult Value => Result.Value;
}
