namespace Toolkit.Caching.Stores;

/// <summary>Writes one element of a collection into a key.</summary>
public delegate void CacheKeyElementWriter<in T>(ref CacheKeyWriter writer, T element);
