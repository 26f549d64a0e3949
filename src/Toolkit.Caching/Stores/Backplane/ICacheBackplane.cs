namespace Toolkit.Caching.Stores;

/// <summary>Tells the other processes that share a store what one of them invalidated, so that their first levels drop it.</summary>
public interface ICacheBackplane : IAsyncDisposable
{
    /// <summary>Tells the others. Delivery is at most once; a process that may have missed a message is told <see cref="CacheInvalidation.Everything"/>.</summary>
    ValueTask PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken);

    /// <summary>
    /// Calls <paramref name="handler"/> for every invalidation that another process published, in the order of arrival, one at a
    /// time, on a thread of the backplane; never for this instance's own. The handler must not block or throw.
    /// </summary>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Action<CacheInvalidation> handler);
}
