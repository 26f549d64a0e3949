using System.Threading.RateLimiting;
using Nito.AsyncEx;

namespace Toolkit.Async;

/// <summary>How a fan-out runs: how much at once, how long, how fast, who is told.</summary>
/// <remarks>
/// Values are checked when they are set, so that a wrong one is found where it is written. Instances are immutable:
/// one may serve many fan-outs at the same time.
/// </remarks>
public sealed record FanOutOptions
{
    /// <summary>How many bodies may run at the same time.</summary>
    /// <value>At least 1; <see cref="int.MaxValue"/> for no bound.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int MaxConcurrency
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxConcurrency), value, "MaxConcurrency has to be at least 1; int.MaxValue means no bound.");
    }

    /// <summary>
    /// Streams only: how many items may be running or finished but not yet consumed. When that many are, the source is
    /// not asked for another one until the consumer takes a result.
    /// </summary>
    /// <value>
    /// At least <see cref="MaxConcurrency"/>; <see langword="null"/>, the default, is twice <see cref="MaxConcurrency"/>.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? BufferCapacity
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BufferCapacity), value, "BufferCapacity has to be at least 1, or null for twice MaxConcurrency.");
    }

    /// <summary>
    /// Streams only: results come in the order of the source instead of the order in which they are ready.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool Ordered { get; init; }

    /// <summary>
    /// How long one body may take. Its token is cancelled then, and if the body ends with an
    /// <see cref="OperationCanceledException"/> the item has failed with a <see cref="TimeoutException"/>. A body that does
    /// not heed its token is waited for: nothing is ever left running behind.
    /// </summary>
    /// <value>More than zero; <see langword="null"/>, the default, for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or over 49 days.</exception>
    public TimeSpan? ItemTimeout
    {
        get;
        init => field = TimeLimit.Check(value, nameof(ItemTimeout));
    }

    /// <summary>
    /// How long the whole fan-out may take, the source and all waits included. It fails then with a
    /// <see cref="TimeoutException"/>, after its bodies have been cancelled and have ended.
    /// </summary>
    /// <value>More than zero; <see langword="null"/>, the default, for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or over 49 days.</exception>
    public TimeSpan? Timeout
    {
        get;
        init => field = TimeLimit.Check(value, nameof(Timeout));
    }

    /// <summary>
    /// Asked for one permit before each body starts, in the order of the source; the permit is given back when the body has
    /// ended. A limiter that refuses with a time to retry after is asked again then; one that refuses without fails the
    /// fan-out. It is not disposed of, and may be shared with others.
    /// <para>A fan-out inside a body of another one with the same <see cref="ConcurrencyLimiter"/> runs under the permit that
    /// this body has, one item at a time, instead of waiting for permits that are given back only after it.</para>
    /// </summary>
    /// <value><see langword="null"/> by default: no limit on the rate.</value>
    public RateLimiter? RateLimiter { get; init; }

    /// <summary>While it is paused no further item is taken from the source; bodies that run go on.</summary>
    /// <value>Never paused by default.</value>
    public PauseToken PauseToken { get; init; }

    /// <summary>
    /// Told after each item that ended. Calls never overlap and their counts never fall, on any thread. What it throws
    /// fails the fan-out.
    /// </summary>
    /// <value><see langword="null"/> by default.</value>
    public IProgress<FanOutProgress>? Progress { get; init; }

    /// <summary>Where the time-outs take their time from.</summary>
    /// <value><see cref="System.TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    } = TimeProvider.System;
}
