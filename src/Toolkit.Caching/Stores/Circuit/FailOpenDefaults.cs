namespace Toolkit.Caching.Stores;

internal static class FailOpenDefaults
{
    public const int FailuresToOpen = 3;
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(2);
}
