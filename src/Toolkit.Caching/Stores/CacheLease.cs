namespace Toolkit.Caching.Stores;

/// <summary>A lease of one key: see <see cref="ICacheStore.TryAcquireLeaseAsync"/>.</summary>
/// <param name="Token">Tells this holder from every other one, in any process.</param>
public sealed record CacheLease(Guid Token);
