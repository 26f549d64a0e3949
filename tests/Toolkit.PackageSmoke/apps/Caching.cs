// packages: Toolkit.Caching
using Toolkit.Caching;

Console.WriteLine(Numbers.Square(4));
Console.WriteLine(Numbers.Square(4));
Console.WriteLine(await Numbers.CubeAsync(3));
Console.WriteLine(await Numbers.CubeAsync(3));
Console.WriteLine(Numbers.Calculations);

internal static class Numbers
{
    public static int Calculations;

    [Memoize(Capacity = 128)]
    public static int Square(int n)
    {
        Calculations++;
        return n * n;
    }

    [Memoize(Capacity = 16)]
    public static async Task<int> CubeAsync(int n)
    {
        await Task.Yield();
        Calculations++;
        return n * n * n;
    }
}
