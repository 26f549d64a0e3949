namespace Toolkit.Caching.Stores;

/// <summary>A type that writes itself into cache keys.</summary>
public interface ICacheKeyPart
{
    /// <summary>
    /// Writes everything that distinguishes this value. The same value must write the same bytes in every process, culture and
    /// version: no hash codes, no <c>ToString</c>, no order of a hash table.
    /// </summary>
    void WriteKey(ref CacheKeyWriter writer);
}
