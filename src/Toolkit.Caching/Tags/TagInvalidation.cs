using Toolkit.Caching.Hosting;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tags;

/// <summary>Carries the invalidation of a tag beyond this process.</summary>
internal static class TagInvalidation
{
    public static async ValueTask SpreadAsync(CachingSettings settings, string tag, CancellationToken cancellationToken)
    {
        foreach (var store in settings.Stores.Values)
        {
            await store.InvalidateTagsAsync([tag], cancellationToken).ConfigureAwait(false);
        }

        // What a computation took from a store before its barrier was up is covered by this second one.
        TagBarriers.Invalidate(tag);
        await Backplanes.PublishAsync(settings, CacheInvalidation.ForTags([tag]), cancellationToken).ConfigureAwait(false);
    }
}
