namespace Toolkit.Caching.Stores;

/// <summary>What happened at one <see cref="StoreTier{TValue}"/> since it was created.</summary>
/// <param name="Hits">Look-ups that found a fresh value.</param>
/// <param name="Misses">Look-ups that found none, or one that had to be rejected.</param>
/// <param name="StaleHits">Look-ups that found a value past its time to live.</param>
/// <param name="Rejected">Values not used: damaged, forged, of another format or of another shape of the type. Each is a miss too.</param>
/// <param name="NotStored">Values that the store did not take, or that could not be serialised.</param>
public readonly record struct StoreTierCounters(long Hits, long Misses, long StaleHits, long Rejected, long NotStored);
