using System.Globalization;
using Toolkit.Caching;

namespace CallForms;

/// <summary>Memoized methods of every form, each counting its computations.</summary>
public static partial class Forms
{
    public static int Computed;

    [Memoize]
    public static string Named(int a, string b = "x", bool c = false) => Count(string.Create(CultureInfo.InvariantCulture, $"{a}{b}{c}"));

    [Memoize]
    public static int Sum(params int[] values) => Count(values.Sum());

    [Memoize]
    public static int Words(ReadOnlySpan<char> text) => Count(text.ToString().Split(' ').Length);

    [Memoize]
    public static long Fibonacci(int n)
    {
        Computed++;
        return n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);
    }

    [Memoize]
    public static async Task<int> LaterAsync(int n, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Count(n);
    }

    [Memoize]
    public static async ValueTask<int> SoonAsync(int n)
    {
        await Task.Yield();
        return Count(n);
    }

    [Memoize]
    public static T Echo<T>(T value) => Count(value);

    [Memoize]
    public static int Vowels(this string text) => Count(text.Count(static c => "aeiou".Contains(c)));

    extension(int number)
    {
        [Memoize]
        public int Times(int n) => Count(number * n);

        [Memoize]
        public static int Made(int n) => Count(n);
    }

    [Memoize]
    public static int In(in int value) => Count(value);

    [Memoize]
    public static partial int Partial(int n);

    public static int CallHidden(int n) => Hidden(n);

    internal static T Count<T>(T value)
    {
        Computed++;
        return value;
    }

    private static int PartialCore(int n) => Count(n);

    [Memoize]
    private static int Hidden(int n) => Count(n);
}

public class Box<T>(T content)
{
    [Memoize]
    public static string Describe(T value) => Forms.Count(typeof(T).Name + value);

    [Memoize]
    public string With<TOther>(TOther other) => Forms.Count(content + "+" + other);
}

public class Shape
{
    [Memoize]
    public virtual int Area(int n) => Forms.Count(n * n);
}

public class Square : Shape
{
    public override int Area(int n) => Forms.Count(100 + n);

#pragma warning disable TKC003 // Runs uncached, on purpose.
    public int BaseTwice(int n) => base.Area(n) + base.Area(n);
#pragma warning restore TKC003
}

public readonly record struct Point(int X, int Y)
{
    [Memoize]
    public int Plus(int n) => Forms.Count(X + Y + n);
}

public record Person(string Name)
{
    [Memoize]
    public string Greet(string mark) => Forms.Count(Name + mark);
}

public sealed class Tenant(string id)
{
    [CacheKey]
    public string Id { get; } = id;

    [Memoize]
    public string Read(int key) => Forms.Count(Id + key);
}

public interface IPrices
{
    [Memoize]
    Task<decimal> GetAsync(int id);
}

public sealed class Prices : IPrices
{
    public async Task<decimal> GetAsync(int id)
    {
        await Task.Yield();
        return Forms.Count(id * 1.5m);
    }
}
