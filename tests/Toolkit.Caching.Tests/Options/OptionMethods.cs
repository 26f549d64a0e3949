namespace Toolkit.Caching.Tests.Options;

/// <summary>Methods whose settings depend on time. One for each test: the clock is the process's.</summary>
public static class OptionMethods
{
    private static int s_calls;

    public static bool Fails { get; set; }

    public static int Calls => Volatile.Read(ref s_calls);

    [Memoize(TimeToLive = "00:01:00")]
    public static int Timed(int n) => Compute(n);

    [Memoize(Sliding = "00:01:00")]
    public static int Sliding(int n) => Compute(n);

    [Memoize(TimeToLive = "00:01:00", RefreshAhead = "00:00:20")]
    public static async Task<int> RefreshedAsync(int n)
    {
        await Task.Yield();
        return Compute(n);
    }

    [Memoize(TimeToLive = "00:01:00", RefreshAhead = "00:00:20")]
    public static int Refreshed(int n) => Compute(n);

    [Memoize(TimeToLive = "00:01:00", RefreshAhead = "00:00:20", StaleIfError = "00:10:00")]
    public static int RefreshedOrStale(int n) => Compute(n);

    [Memoize(TimeToLive = "00:01:00", StaleIfError = "00:10:00")]
    public static int Stale(int n) => Compute(n);

    [Memoize(TimeToLive = "00:01:00", StaleIfError = "00:10:00")]
    public static async Task<int> StaleAsync(int n)
    {
        await Task.Yield();
        return Compute(n);
    }

    [Memoize(Tags = ["all", "one:{n}"])]
    public static int Tagged(int n) => Compute(n);

    [Memoize(Nulls = NullPolicy.Skip)]
    public static string? Skipping(int n)
    {
        Interlocked.Increment(ref s_calls);
        return n == 0 ? null : "x";
    }

    [Memoize]
    public static string? Keeping(int n)
    {
        Interlocked.Increment(ref s_calls);
        return n == 0 ? null : "x";
    }

    [Memoize(Capacity = 10)]
    public static int Small(int n) => Compute(n);

    [Memoize(Capacity = 10, Policy = EvictionPolicy.Lfu)]
    public static int Frequent(int n) => Compute(n);

    [Memoize]
    public static int Configured(int n) => Compute(n);

    private static int Compute(int n)
    {
        var calls = Interlocked.Increment(ref s_calls);
        return Fails ? throw new InvalidOperationException("no result") : n + (1000 * calls);
    }
}
