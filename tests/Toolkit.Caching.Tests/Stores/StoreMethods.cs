namespace Toolkit.Caching.Tests.Stores;

public sealed record Quote(string Symbol, decimal Price);

public static class StoreMethods
{
    private static int s_calls;

    public static int Calls => Volatile.Read(ref s_calls);

    public static bool Fails { get; set; }

    [Memoize(Store = "default", Tags = ["quote:{symbol}"])]
    public static async Task<Quote> QuoteAsync(string symbol)
    {
        await Task.Yield();
        return new Quote(symbol, Next());
    }

    [Memoize(Store = "default", TimeToLive = "00:01:00", StaleIfError = "00:10:00")]
    public static int Sync(int n) => n + (1000 * Next());

    [Memoize(Store = "elsewhere")]
    public static int Unconfigured(int n) => n;

    [Memoize(Store = "default")]
    public static async Task<object> UnserializableAsync(int n)
    {
        await Task.Yield();
        return n;
    }

    private static int Next() => Fails ? throw new InvalidOperationException("no result") : Interlocked.Increment(ref s_calls);
}
