namespace Toolkit.Caching.TestLibrary;

/// <summary>Memoized methods that another assembly calls.</summary>
public static partial class Library
{
    private static int s_calls;

    public static int Calls => Volatile.Read(ref s_calls);

    [Memoize]
    public static int Twice(int n) => Count(2 * n);

    [Memoize]
    public static async Task<T> EchoAsync<T>(T value, CancellationToken cancellationToken = default)
        where T : notnull
    {
        await Task.Yield();
        return Count(value);
    }

    [Memoize]
    public static partial int Thrice(int n);

    public static int TwiceFromWithin(int n) => Twice(n);

    private static int ThriceCore(int n) => Count(3 * n);

    private static T Count<T>(T value)
    {
        Interlocked.Increment(ref s_calls);
        return value;
    }
}
