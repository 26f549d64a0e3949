namespace Toolkit.Caching.Benchmarks;

/// <summary>What is measured: the work is nothing, so that all that is left is the cache.</summary>
public static class Methods
{
    [Memoize(Capacity = 1000)]
    public static int One(int n) => n;

    [Memoize(Capacity = 1000)]
    public static int Two(int n, string text) => n + text.Length;

    [Memoize(Capacity = 1000, TimeToLive = "01:00:00")]
    public static int Timed(int n, string text) => n + text.Length;

    [Memoize(Capacity = 1000)]
    public static async Task<int> TaskAsync(int n, string text)
    {
        await Task.Yield();
        return n + text.Length;
    }

    [Memoize(Capacity = 1000)]
    public static async ValueTask<int> ValueTaskAsync(int n, string text)
    {
        await Task.Yield();
        return n + text.Length;
    }

    [Memoize(Capacity = 1000)]
    public static int Missed(int n) => n;

    [Memoize(Capacity = 1000)]
    public static int Shared(int n) => n;

    [Memoize(Capacity = 1000)]
    public static int Lru(int n) => n;

    [Memoize(Capacity = 1000, Policy = EvictionPolicy.Lfu)]
    public static int Lfu(int n) => n;

    [Memoize(Capacity = 1000)]
    public static async Task<int> StampedeAsync(int n)
    {
        Interlocked.Increment(ref s_calls);
        await Task.Delay(20);
        return n;
    }

    public static int Calls => Volatile.Read(ref s_calls);

    private static int s_calls;
}
