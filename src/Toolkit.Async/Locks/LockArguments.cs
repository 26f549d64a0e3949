using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

internal static class LockArguments
{
    /// <summary>As ArgumentNullException.ThrowIfNull, but without boxing a key that is a value where code is not optimised.</summary>
    public static void CheckKey<TKey>(TKey key)
        where TKey : notnull
    {
        if (!typeof(TKey).IsValueType && key is null)
        {
            ThrowKeyIsNull();
        }
    }

    /// <summary>Zero is a try, <see cref="Timeout.InfiniteTimeSpan"/> no limit.</summary>
    public static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || TimeLimit.IsTooLong(timeout)))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time-out has to be from zero to 49 days, or Timeout.InfiniteTimeSpan.");
        }
    }

    [DoesNotReturn]
    private static void ThrowKeyIsNull() => throw new ArgumentNullException("key");
}
