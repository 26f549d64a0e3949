namespace Toolkit.Async;

/// <summary>What all options and locks accept as a time to wait.</summary>
internal static class TimeLimit
{
    // The largest due time that timers take.
    private const double MaxMilliseconds = uint.MaxValue - 1;

    public static bool IsTooLong(TimeSpan time) => time.TotalMilliseconds > MaxMilliseconds;

    /// <summary>More than zero; null is no limit.</summary>
    public static TimeSpan? Check(TimeSpan? value, string name) =>
        value is { } time && (time <= TimeSpan.Zero || IsTooLong(time))
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} has to be more than zero and at most 49 days; null means no limit.")
            : value;
}
