namespace Toolkit.Caching.Flights;

/// <summary>
/// Who waits for whom. A computation that would wait for one that waits for it, directly or over others, must not: it
/// computes uncached instead.
/// </summary>
internal static class FlightGraph
{
    private static readonly Lock Gate = new();

    /// <summary>
    /// Notes that <paramref name="waiter"/> waits for <paramref name="target"/>, unless that would close a circle.
    /// </summary>
    /// <returns>Whether waiting is safe; then <see cref="StopWaiting"/> has to follow.</returns>
    public static bool TryWait(Flight? waiter, Flight target)
    {
        if (waiter is null)
        {
            // Nobody waits for a caller that is not part of a computation.
            return true;
        }

        lock (Gate)
        {
            if (WaitsFor(target, waiter))
            {
                return false;
            }

            (target.WaitedBy ??= []).Add(waiter);
            return true;
        }
    }

    public static void StopWaiting(Flight? waiter, Flight target)
    {
        if (waiter is null)
        {
            return;
        }

        lock (Gate)
        {
            target.WaitedBy?.Remove(waiter);
        }
    }

    // Whether `target` waits for `flight`: upwards from `flight`, over those that called it and those that joined it.
    private static bool WaitsFor(Flight target, Flight flight)
    {
        HashSet<Flight> seen = [flight];
        Stack<Flight> open = new(seen);
        while (open.TryPop(out var next))
        {
            if (ReferenceEquals(next, target))
            {
                return true;
            }

            if (next.Parent is { } parent && seen.Add(parent))
            {
                open.Push(parent);
            }

            foreach (var waiter in next.WaitedBy ?? [])
            {
                if (seen.Add(waiter))
                {
                    open.Push(waiter);
                }
            }
        }

        return false;
    }
}
