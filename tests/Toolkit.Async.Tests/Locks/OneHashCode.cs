namespace Toolkit.Async.Tests;

/// <summary>All keys meet in the same place of a hash table; they are different keys all the same.</summary>
internal sealed class OneHashCode<TKey> : IEqualityComparer<TKey>
{
    public bool Equals(TKey? x, TKey? y) => EqualityComparer<TKey>.Default.Equals(x, y);

    public int GetHashCode(TKey obj) => 1;
}
