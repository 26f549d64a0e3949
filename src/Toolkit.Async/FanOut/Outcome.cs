using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Toolkit.Async;

/// <summary>How one item ended, where a failed one does not end the others: with a value, or with an exception.</summary>
/// <typeparam name="TResult">The values.</typeparam>
public readonly record struct Outcome<TResult>
{
    private readonly TResult _value;

    internal Outcome(TResult value) => _value = value;

    internal Outcome(Exception exception)
    {
        _value = default!;
        Exception = exception;
    }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Exception))]
    public bool IsSuccess => Exception is null;

    /// <summary>What the body failed with; null if it did not.</summary>
    public Exception? Exception { get; }

    /// <summary>What the body returned. Where it failed, its exception is thrown here, with the stack trace it had.</summary>
    public TResult Value
    {
        get
        {
            if (Exception is not null)
            {
                ExceptionDispatchInfo.Throw(Exception);
            }

            return _value;
        }
    }

    /// <summary>The value, if there is one.</summary>
    /// <param name="value">The value, or the default.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue([MaybeNullWhen(false)] out TResult value)
    {
        value = _value;
        return IsSuccess;
    }

    /// <summary>For messages.</summary>
    /// <returns>The value, or the exception's type and message.</returns>
    public override string ToString() =>
        IsSuccess ? $"success: {_value}" : $"failure: {Exception.GetType().Name}: {Exception.Message}";
}
