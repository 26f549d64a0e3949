namespace Toolkit.Caching;

/// <summary>What <see cref="MemoizeAttribute"/> starts from.</summary>
public static class MemoizeDefaults
{
    /// <summary>Results kept in memory when <see cref="MemoizeAttribute.Capacity"/> is not set.</summary>
    public const int Capacity = 1024;

    /// <summary>The smallest capacity: the LRU has three queues, and each has to hold something.</summary>
    public const int MinimumCapacity = 3;
}
