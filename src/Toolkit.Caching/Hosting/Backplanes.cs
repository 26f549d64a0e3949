using Microsoft.Extensions.Logging;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Hosting;

/// <summary>Tells other processes. A backplane that is down costs them freshness, never the caller an exception.</summary>
internal static partial class Backplanes
{
    public static async ValueTask PublishAsync(CachingSettings settings, CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        foreach (var backplane in settings.Backplanes)
        {
            try
            {
                await backplane.PublishAsync(invalidation, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogFailure(settings.Logger, invalidation.Kind, exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A cache invalidation ({Kind}) could not be published; other processes may use older results until they expire.")]
    private static partial void LogFailure(ILogger logger, CacheInvalidationKind kind, Exception exception);
}
