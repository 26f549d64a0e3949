using Toolkit.Caching;

namespace Published;

/// <summary>A library whose callers may not have the generator.</summary>
public static class Numbers
{
    [Memoize]
    public static int Square(int n) => n * n;
}
