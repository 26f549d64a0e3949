using System.Diagnostics.Metrics;

namespace Toolkit.Caching.Stores;

/// <summary>The store counters of the meter "Toolkit.Caching".</summary>
internal static class StoreMetrics
{
    public const string Hit = "hit";
    public const string Miss = "miss";
    public const string Stale = "stale";
    public const string Rejected = "rejected";
    public const string Error = "error";
    public const string Skipped = "skipped";

    private static readonly Counter<long> Requests = Diagnostics.CachingDiagnostics.Meter.CreateCounter<long>(
        "toolkit.caching.store.requests", "{request}", "Requests to cache stores by store and result.");

    public static void Count(string store, string result)
    {
        if (Requests.Enabled)
        {
            Requests.Add(1, new KeyValuePair<string, object?>("store", store), new KeyValuePair<string, object?>("result", result));
        }
    }
}
