// Results of methods, cached by their arguments: dotnet run --project samples/Memoize
using Toolkit.Caching;

// Calculated once, then from the cache.
Console.WriteLine(Demo.Expensive(4));
Console.WriteLine(Demo.Expensive(4));
Console.WriteLine($"info: {Memo.Expensive.Info()}");

// Removed, it is calculated once more.
Memo.Expensive.Remove(4);
Console.WriteLine(Demo.Expensive(4));
Memo.Expensive.Clear();
Console.WriteLine($"after clear: {Memo.Expensive.Info().Count} results");

// A recursion calls itself through the cache: 91 computations instead of 10^19, however deep.
Console.WriteLine($"fib(90) = {Demo.Fibonacci(90)}, computed {Memo.Fibonacci.Info().Misses} times");

// Asynchronous: a hundred callers at once, one request.
var pages = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Demo.FetchAsync("/index.html")));
Console.WriteLine($"{pages.Length} pages, {Memo.FetchAsync.Info().Misses} callers waited or computed, {Demo.Requests} request");

// A time to live: after it the next call computes.
var first = Demo.Clock("Oslo");
await Task.Delay(TimeSpan.FromMilliseconds(300));
Console.WriteLine($"expired: {first != Demo.Clock("Oslo")}");

Console.WriteLine($"done: {Memoized.All.Count} caches, {Memoized.All.Sum(m => m.Info().Hits)} hits");

internal static class Demo
{
    public static int Requests { get; private set; }

    [Memoize(Capacity = 128)]
    public static int Expensive(int n)
    {
        Console.WriteLine("Calculating...");
        return n * n;
    }

    [Memoize]
    public static long Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);

    [Memoize]
    public static async Task<string> FetchAsync(string path)
    {
        Requests++;
        await Task.Delay(50);
        return $"<html>{path}</html>";
    }

    [Memoize(TimeToLive = "00:00:00.200")]
    public static Guid Clock(string city) => Guid.NewGuid();
}
