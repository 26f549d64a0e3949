namespace Toolkit.AotSmoke;

internal static class AsyncChecks
{
    public static (string, Func<Task>)[] All => [];
}
