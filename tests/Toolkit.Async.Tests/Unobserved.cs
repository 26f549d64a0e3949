namespace Toolkit.Async.Tests;

/// <summary>
/// Runs something and reports the task exceptions that nobody observed. Other tests run at the same time, so only those
/// exceptions are counted that carry this run's mark.
/// </summary>
internal static class Unobserved
{
    public static async Task<int> CountAsync(Func<string, Task> run)
    {
        var mark = Guid.NewGuid().ToString();
        var count = 0;
        void Handler(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.ToString().Contains(mark, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref count);
            }
        }

        TaskScheduler.UnobservedTaskException += Handler;
        try
        {
            await Task.Run(() => run(mark)).Arrives();
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            return count;
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Handler;
        }
    }
}
