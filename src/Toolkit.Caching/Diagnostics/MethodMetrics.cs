using System.Diagnostics.Metrics;
using Toolkit.Caching.Registry;

namespace Toolkit.Caching.Diagnostics;

/// <summary>The counters of all memoized methods. Observed from outside, so that a hit pays nothing for them.</summary>
internal static class MethodMetrics
{
    private static readonly Instrument[] Instruments =
    [
        Counter("toolkit.caching.hits", "{call}", "Calls answered from memory or from a store.", static info => info.Hits),
        Counter("toolkit.caching.misses", "{call}", "Calls that computed or waited for one that did.", static info => info.Misses),
        Counter("toolkit.caching.stale_hits", "{call}", "Calls answered with an expired result because computing threw.", static info => info.StaleHits),
        Counter("toolkit.caching.evictions", "{result}", "Results that went because a cache was full.", static info => info.Evictions),
        Counter("toolkit.caching.errors", "{error}", "Failures of stores and serializers.", static info => info.Errors),
        CachingDiagnostics.Meter.CreateObservableUpDownCounter(
            "toolkit.caching.results", static () => Observe(static info => info.Count), "{result}", "Results in memory."),
    ];

    /// <summary>Creates the instruments, once.</summary>
    public static int Publish() => Instruments.Length;

    private static ObservableCounter<long> Counter(string name, string unit, string description, Func<CacheInfo, long> value) =>
        CachingDiagnostics.Meter.CreateObservableCounter(name, () => Observe(value), unit, description);

    private static IEnumerable<Measurement<long>> Observe(Func<CacheInfo, long> value)
    {
        foreach (var method in MemoRegistry.All())
        {
            yield return new Measurement<long>(value(method.Info()), new KeyValuePair<string, object?>("cache", method.Name));
        }
    }
}
