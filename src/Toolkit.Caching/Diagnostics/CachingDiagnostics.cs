using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Toolkit.Caching.Diagnostics;

/// <summary>The one meter and the one activity source of the package, both named "Toolkit.Caching".</summary>
internal static class CachingDiagnostics
{
    public const string Name = "Toolkit.Caching";

    public static Meter Meter { get; } = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>An activity for a computation, where someone listens.</summary>
    public static Activity? StartCompute(string cache)
    {
        var activity = Source.StartActivity("memoize compute");
        activity?.SetTag("cache", cache);
        return activity;
    }

    /// <summary>Notes on an activity that the computation threw.</summary>
    public static void Fail(this Activity? activity, Exception exception) =>
        activity?.SetStatus(ActivityStatusCode.Error, exception.Message).SetTag("error.type", exception.GetType().FullName);
}
