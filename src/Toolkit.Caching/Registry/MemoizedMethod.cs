namespace Toolkit.Caching;

/// <summary>The cache of one memoized method, whatever its types; see <see cref="Memoized.All"/>. Safe for use by several threads.</summary>
public abstract class MemoizedMethod
{
    private protected MemoizedMethod()
    {
    }

    /// <summary>Namespace, type and method.</summary>
    public abstract string Name { get; }

    /// <summary>What the cache has done; of instance methods the sum over all instances.</summary>
    public abstract CacheInfo Info();

    /// <summary>
    /// Removes every result, from memory at once. Results of computations under way go to those who wait for them and are not
    /// kept. The counters stay.
    /// </summary>
    public abstract void Clear();

    internal abstract void Reconfigure();
}
