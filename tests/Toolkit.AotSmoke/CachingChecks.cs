namespace Toolkit.AotSmoke;

internal static class CachingChecks
{
    public static (string, Func<Task>)[] All => [];
}
