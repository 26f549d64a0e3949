using Toolkit.Caching.Stores;

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
    /// Removes every result: from memory at once, from the store behind it soon. Results of computations under way go to those who wait for them and are not
    /// kept. The counters stay.
    /// </summary>
    public abstract void Clear();

    /// <summary>
    /// The same, and waits until the store behind the memory, where the method has one, bars what it holds, and until the
    /// other processes have been told.
    /// </summary>
    public abstract ValueTask ClearAsync(CancellationToken cancellationToken);

    internal abstract void Reconfigure();

    /// <summary>Another process invalidated something.</summary>
    internal abstract void Receive(CacheInvalidation invalidation);
}
