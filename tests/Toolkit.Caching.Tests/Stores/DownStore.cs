using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tests.Stores;

/// <summary>A store whose medium is gone.</summary>
internal sealed class DownStore : ICacheStore
{
    public string Name => "down";

    public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken) => throw Down();

    public ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken) => throw Down();

    public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken) => throw Down();

    public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken) => throw Down();

    public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken) => throw Down();

    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken) => throw Down();

    public ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken) => throw Down();

    public ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken) => throw Down();

    public ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken) => throw Down();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static CacheStoreException Down() => new("the store is down");
}
