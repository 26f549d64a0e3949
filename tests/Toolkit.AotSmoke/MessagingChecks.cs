namespace Toolkit.AotSmoke;

internal static class MessagingChecks
{
    public static (string, Func<Task>)[] All => [];
}
