using Microsoft.Extensions.Logging;

namespace Toolkit.Caching.Hosting;

/// <summary>Work that a synchronous caller does not wait for.</summary>
internal static partial class Background
{
    public static void Run(ValueTask work, ILogger logger)
    {
        if (!work.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(work, logger);
        }
    }

    private static async Task ObserveAsync(ValueTask work, ILogger logger)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogFailure(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A removal from a cache store failed; its results may come back until they expire.")]
    private static partial void LogFailure(ILogger logger, Exception exception);
}
