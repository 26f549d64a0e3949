namespace Toolkit.Caching.Tests.Memoize;

public static class StaticMethods
{
    private static int s_squares;
    private static int s_lookups;

    public static int Squares => Volatile.Read(ref s_squares);

    public static int Lookups => Volatile.Read(ref s_lookups);

    [Memoize(Capacity = 128)]
    public static int Square(int n)
    {
        Interlocked.Increment(ref s_squares);
        return n * n;
    }

    [Memoize(Capacity = 128)]
    public static async Task<string> LookupAsync(string code)
    {
        Interlocked.Increment(ref s_lookups);
        await Task.Yield();
        return code.ToUpperInvariant();
    }

    [Memoize]
    public static async ValueTask<int> LengthAsync(string text, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return text.Length;
    }

    [Memoize(Capacity = 16)]
    public static long Fibonacci(int n) => n < 2 ? n : unchecked(Fibonacci(n - 1) + Fibonacci(n - 2));

    public static int CallPrivate(int n) => Private(n);

    [Memoize]
    private static int Private(int n) => n + 1;
}

public class StaticMethodTests
{
    [Fact]
    public void Call_SameArgument_ComputesOnce()
    {
        var before = StaticMethods.Squares;
        Assert.Equal(16, StaticMethods.Square(4));
        Assert.Equal(16, StaticMethods.Square(4));
        Assert.Equal(16, StaticMethods.Square(n: 4));
        Assert.Equal(before + 1, StaticMethods.Squares);
        var info = Memo.Square.Info();
        Assert.Equal(2, info.Hits);
        Assert.Equal(1, info.Misses);
        Assert.Equal(128, info.Capacity);

        Assert.True(Memo.StaticMethods.Square.Remove(4));
        Assert.False(Memo.StaticMethods.Square.Remove(4));
        Assert.Equal(16, StaticMethods.Square(4));
        Assert.Equal(before + 2, StaticMethods.Squares);
        Memo.Square.Clear();
        Assert.Equal(0, Memo.Square.Info().Count);
    }

    [Fact]
    public async Task CallAsync_SecondTime_ReturnsTheSameCompletedTask()
    {
        Assert.Equal("OSL", await StaticMethods.LookupAsync("osl"));
        var task = StaticMethods.LookupAsync("osl");
        Assert.True(task.IsCompletedSuccessfully);
        Assert.Same(task, StaticMethods.LookupAsync("osl"));
        Assert.Equal(1, StaticMethods.Lookups);
        Assert.Equal(5, await StaticMethods.LengthAsync("abcde", TestContext.Current.CancellationToken));
#pragma warning disable CA2012 // Looked at, not consumed.
        Assert.True(StaticMethods.LengthAsync("abcde", default).IsCompletedSuccessfully);
#pragma warning restore CA2012
    }

    [Fact]
    public void Call_RecursionDeeperThanTheStack_GoesOn()
    {
        Assert.Equal(12586269025, StaticMethods.Fibonacci(50));
        var (a, b) = (0L, 1L);
        for (var i = 0; i < 20_000; i++)
        {
            (a, b) = (b, unchecked(a + b));
        }

        Assert.Equal(a, StaticMethods.Fibonacci(20_000));
    }

    [Fact]
    public void Call_PrivateMethod_IsCached()
    {
        Assert.Equal(8, StaticMethods.CallPrivate(7));
        Assert.Equal(8, StaticMethods.CallPrivate(7));
        Assert.Equal(1, Memo.StaticMethods.Private.Info().Hits);
    }
}
