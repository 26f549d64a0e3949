using System.ComponentModel;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>The key of a memoized call: the arguments that count. Generated as a struct, so that a hit allocates nothing.</summary>
/// <typeparam name="TSelf">The key itself.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMemoKey<TSelf> : IEquatable<TSelf>
    where TSelf : struct, IMemoKey<TSelf>
{
    /// <summary>Writes the canonical bytes that the key has in a store.</summary>
    void WriteKey(ref CacheKeyWriter writer);

    /// <summary>The tags that are made of arguments; empty where the method has none.</summary>
    string[] GetTags();
}
