namespace Toolkit.Async.Tests;

/// <summary>Waits for signals; the bound is there for tests that hang, not for ones that measure.</summary>
internal static class Signals
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static Task Arrives(this Task task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    public static Task<T> Arrives<T>(this Task<T> task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    /// <summary>What the task ends with, without throwing it.</summary>
    public static async Task<Exception?> Failure(this Task task)
    {
        try
        {
            await task.Arrives();
            return null;
        }
        catch (Exception exception) when (task.IsCompleted)
        {
            return exception;
        }
    }

    /// <summary>A task that ends only by its token.</summary>
    public static Task Never(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
