using System.Threading.RateLimiting;

namespace Toolkit.Async;

/// <summary>
/// A permit of a concurrency limiter that a running body holds. A fan-out that this body starts with the same limiter runs
/// under that permit, one item at a time: its items would otherwise wait for permits that are given back only when they have
/// ended. The limiter's bound holds all the same.
/// </summary>
internal sealed class HeldPermit
{
    private static readonly AsyncLocal<HeldPermit?> Innermost = new();

    private readonly AsyncMutex _lent = new();
    private readonly RateLimiter _limiter;
    private readonly HeldPermit? _outer;

    private HeldPermit(RateLimiter limiter, HeldPermit? outer)
    {
        _limiter = limiter;
        _outer = outer;
    }

    /// <summary>The innermost permit of this limiter that is held around the current code.</summary>
    public static HeldPermit? Find(RateLimiter? limiter)
    {
        var held = limiter is null ? null : Innermost.Value;
        while (held is not null && held._limiter != limiter)
        {
            held = held._outer;
        }

        return held;
    }

    /// <summary>
    /// Marks the calling asynchronous method as holding a permit. Limiters of rates hold nothing: their permits come back with
    /// time, so that nobody waits for themselves.
    /// </summary>
    public static void Enter(RateLimiter? limiter)
    {
        if (limiter is ConcurrencyLimiter)
        {
            Innermost.Value = new HeldPermit(limiter, Innermost.Value);
        }
    }

    public async ValueTask<IDisposable> BorrowAsync(CancellationToken cancellationToken) =>
        await _lent.AcquireAsync(cancellationToken).ConfigureAwait(false);
}
