using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;

namespace Toolkit.AotSmoke;

internal static class CachingChecks
{
    public static (string, Func<Task>)[] All =>
    [
        ("caching: static methods", StaticAsync),
        ("caching: private, generic, instance and struct methods", FormsAsync),
        ("caching: keys by content", ContentAsync),
        ("caching: a partial method", PartialAsync),
        ("caching: a decorated service with a store", DecoratorAsync),
        ("caching: least frequently used", LfuAsync),
    ];

    private static async Task StaticAsync()
    {
        Check.Equal(16, AotMethods.Square(4));
        Check.Equal(16, AotMethods.Square(4));
        Check.Equal(1, AotMethods.Squares);
        Check.Equal(1L, Memo.AotMethods.Square.Info().Hits);
        Check.Equal("OSL", await AotMethods.UpperAsync("osl"));
        Check.Equal(true, AotMethods.UpperAsync("osl").IsCompletedSuccessfully);
        Check.Equal(true, Memo.AotMethods.Square.Remove(4));
    }

    private static Task FormsAsync()
    {
        Check.Equal(6, AotMethods.CallHidden(5));
        Check.Equal(6, AotMethods.CallHidden(5));
        Check.Equal(1L, Memo.AotMethods.Hidden.Info().Hits);
        Check.Equal("Int32 3", AotMethods.Describe(3));
        Check.Equal("String x", AotMethods.Describe("x"));
        Check.Equal("String x", AotMethods.Describe("x"));
        Check.Equal(1L, Memo.AotMethods.Describe<string>.Info().Hits);
        var instance = new AotInstance();
        Check.Equal(7, instance.Next(6));
        Check.Equal(7, instance.Next(6));
        Check.Equal(1L, Memo.AotInstance.Next.Info(instance).Hits);
        Check.Equal(5, new AotPoint(2, 3).Sum(0));
        Check.Equal(5, new AotPoint(2, 3).Sum(0));
        Check.Equal(1L, Memo.AotPoint.Sum.Info().Hits);
        return Task.CompletedTask;
    }

    private static Task ContentAsync()
    {
        Check.Equal(6, AotMethods.Total([1, 2, 3]));
        Check.Equal(6, AotMethods.Total(new List<int> { 1, 2, 3 }));
        Check.Equal(1L, Memo.AotMethods.Total.Info().Hits);
        return Task.CompletedTask;
    }

    private static Task PartialAsync()
    {
        Check.Equal(9, AotMethods.Cube(2) + 1);
        Func<int, int> group = AotMethods.Cube;
        Check.Equal(8, group(2));
        Check.Equal(1L, Memo.AotMethods.Cube.Info().Hits);
        return Task.CompletedTask;
    }

    private static async Task DecoratorAsync()
    {
        await using var services = new ServiceCollection()
            .AddToolkitCaching(static caching => caching.UseMemoryStore())
            .AddMemoized<IAotNames, AotNames>()
            .BuildServiceProvider();
        services.UseToolkitCaching();
        var names = services.GetRequiredService<IAotNames>();
        Check.Equal("a1", await names.NameAsync("a"));
        Check.Equal("a1", await names.NameAsync("a"));
        await Memoized.InvalidateTagAsync("name:a", CancellationToken.None);
        Check.Equal("a2", await names.NameAsync("a"));
        Check.Equal(1L, Memo.IAotNames.NameAsync.Info(names).Hits);
    }

    private static Task LfuAsync()
    {
        for (var i = 0; i < 100; i++)
        {
            Check.Equal(i + 1, AotMethods.Frequent(i));
        }

        return Task.CompletedTask;
    }
}

internal static partial class AotMethods
{
    public static int Squares { get; private set; }

    [Memoize(Capacity = 128)]
    public static int Square(int n)
    {
        Squares++;
        return n * n;
    }

    [Memoize]
    public static async Task<string> UpperAsync(string code)
    {
        await Task.Yield();
        return code.ToUpperInvariant();
    }

    [Memoize]
    public static string Describe<T>(T value) => $"{typeof(T).Name} {value}";

    [Memoize]
    public static int Total(IReadOnlyList<int> values) => values.Sum();

    [Memoize]
    public static partial int Cube(int n);

    [Memoize(Capacity = 10, Policy = EvictionPolicy.Lfu)]
    public static int Frequent(int n) => n + 1;

    public static int CallHidden(int n) => Hidden(n);

    private static int CubeCore(int n) => n * n * n;

    [Memoize]
    private static int Hidden(int n) => n + 1;
}

internal sealed class AotInstance
{
    [Memoize]
    public int Next(int n) => n + 1;
}

internal readonly record struct AotPoint(int X, int Y)
{
    [Memoize]
    public int Sum(int n) => X + Y + n;
}

internal interface IAotNames
{
    [Memoize(Store = "default", Tags = ["name:{name}"])]
    Task<string> NameAsync(string name);
}

internal sealed class AotNames : IAotNames
{
    private int _calls;

    public async Task<string> NameAsync(string name)
    {
        await Task.Yield();
        return name + ++_calls;
    }
}
