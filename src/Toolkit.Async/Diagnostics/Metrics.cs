using System.Diagnostics.Metrics;

namespace Toolkit.Async;

/// <summary>The one meter of the package. Nothing is measured while nobody listens.</summary>
internal static class Metrics
{
    public const string MeterName = "Toolkit.Async";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Lock Listing = new();
    private static readonly List<WeakReference<IActiveKeys>> KeyedLocks = [];

    static Metrics() => Meter.CreateObservableUpDownCounter(
        "toolkit.async.lock.active_keys", ObserveActiveKeys, "{key}", "Keys that are held or waited for, of keyed locks that have a name.");

    /// <summary>Bodies that are running.</summary>
    public static UpDownCounter<long> InFlight { get; } = Meter.CreateUpDownCounter<long>(
        "toolkit.async.fanout.in_flight", "{item}", "Bodies of fan-outs that are running.");

    /// <summary>How long a worker waited for its next item.</summary>
    public static Histogram<double> QueueWait { get; } = Meter.CreateHistogram<double>(
        "toolkit.async.fanout.queue_wait", "s", "How long a free worker of a fan-out waited for its next item: for the source, a pause, the rate limiter, room in the buffer.");

    /// <summary>How long the waiters of a lock waited; those who found it free are not counted.</summary>
    public static Histogram<double> LockWait { get; } = Meter.CreateHistogram<double>(
        "toolkit.async.lock.wait", "s", "How long those who found a lock held waited until they had it.");

    public static void Add(IActiveKeys keyedLock)
    {
        lock (Listing)
        {
            KeyedLocks.RemoveAll(static listed => !listed.TryGetTarget(out _));
            KeyedLocks.Add(new WeakReference<IActiveKeys>(keyedLock));
        }
    }

    private static List<Measurement<int>> ObserveActiveKeys()
    {
        lock (Listing)
        {
            List<Measurement<int>> measurements = [];
            foreach (var listed in KeyedLocks)
            {
                if (listed.TryGetTarget(out var keyedLock))
                {
                    measurements.Add(new Measurement<int>(keyedLock.ActiveKeys, new KeyValuePair<string, object?>("lock", keyedLock.Name)));
                }
            }

            return measurements;
        }
    }
}
