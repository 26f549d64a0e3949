namespace Toolkit.Caching.Tests.CallForms;

/// <summary>Counts computations in the caller's flow, so that tests side by side don't see each other's.</summary>
public static class Computed
{
    private static readonly AsyncLocal<Counter?> Current = new();

    /// <summary>How many computations <paramref name="work"/> makes.</summary>
    public static async Task<int> CountAsync(Func<Task> work)
    {
        var counter = new Counter();
        Current.Value = counter;
        await work();
        return counter.Value;
    }

    public static int Count(Action work)
    {
        var counter = new Counter();
        Current.Value = counter;
        work();
        Current.Value = null;
        return counter.Value;
    }

    public static T Return<T>(T value)
    {
        if (Current.Value is { } counter)
        {
            Interlocked.Increment(ref counter.Value);
        }

        return value;
    }

    private sealed class Counter
    {
        public int Value;
    }
}
