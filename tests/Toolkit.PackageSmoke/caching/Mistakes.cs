// What an application must never do without being told.
using Toolkit.Caching;

Console.WriteLine(Numbers.Square(4));

internal static class Numbers
{
    [Memoize]
    public static int Square(int n) => n * n;
}
