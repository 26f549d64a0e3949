namespace Toolkit.Async;

/// <summary>How a race is run.</summary>
public sealed record RaceOptions
{
    /// <summary>
    /// How long to wait for the candidates that run before the next one is started. A candidate that fails starts the next one
    /// at once.
    /// </summary>
    /// <value>Zero, the default, starts all of them at once.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or over 49 days.</exception>
    public TimeSpan HedgeDelay
    {
        get;
        init
        {
            CheckHedgeDelay(value, nameof(HedgeDelay));
            field = value;
        }
    }

    /// <summary>How long the race may take; it fails then with a <see cref="TimeoutException"/>.</summary>
    /// <value>More than zero; <see langword="null"/>, the default, for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or over 49 days.</exception>
    public TimeSpan? Timeout
    {
        get;
        init => field = TimeLimit.Check(value, nameof(Timeout));
    }

    /// <summary>Where the delay and the time-out take their time from.</summary>
    /// <value><see cref="System.TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    } = TimeProvider.System;

    internal static void CheckHedgeDelay(TimeSpan value, string name)
    {
        if (value != TimeSpan.Zero)
        {
            TimeLimit.Check(value, name);
        }
    }
}
