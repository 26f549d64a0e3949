namespace Toolkit.Async;

internal static class LockArguments
{
    // The largest due time that timers take.
    private const double MaxMilliseconds = uint.MaxValue - 1;

    /// <summary>Zero is a try, <see cref="Timeout.InfiniteTimeSpan"/> no limit.</summary>
    public static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout.TotalMilliseconds > MaxMilliseconds))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time-out has to be from zero to 49 days, or Timeout.InfiniteTimeSpan.");
        }
    }
}
