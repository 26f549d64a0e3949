namespace Toolkit.AotSmoke;

internal static class DataProcessingChecks
{
    public static (string, Func<Task>)[] All => [];
}
