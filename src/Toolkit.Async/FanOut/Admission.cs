using System.Threading.RateLimiting;
using Nito.AsyncEx;

namespace Toolkit.Async;

/// <summary>What an item has to wait for before it starts, one at a time and in the order of the source.</summary>
internal sealed class Admission(PauseToken pause, RateLimiter? limiter, TimeProvider time, IRoom room)
{
    private readonly HeldPermit? _held = HeldPermit.Find(limiter);

    /// <summary>Waits until the source may be asked for an item.</summary>
    public async ValueTask BeforeItemAsync(CancellationToken cancellationToken)
    {
        if (pause.IsPaused)
        {
            await pause.WaitWhilePausedAsync(cancellationToken).ConfigureAwait(false);
        }

        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the item may start; what is returned is given back when its body has ended.</summary>
    public async ValueTask<IDisposable?> BeforeBodyAsync(CancellationToken cancellationToken)
    {
        if (limiter is null)
        {
            return null;
        }

        if (_held is not null)
        {
            return await _held.BorrowAsync(cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            var lease = await limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
            if (lease.IsAcquired)
            {
                return lease;
            }

            var known = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
            lease.Dispose();
            if (!known)
            {
                throw new InvalidOperationException(
                    "The rate limiter refused a permit and did not say when to try again. A fan-out waits for one permit at a time: give the limiter a QueueLimit of at least the number of fan-outs that share it.");
            }

            await Task.Delay(retryAfter, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
