using System.Collections.Concurrent;
using System.Diagnostics;

namespace Toolkit.Caching.Tests.Diagnostics;

public sealed class ActivityTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;

    public ActivityTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Toolkit.Caching",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests run beside this one.
                if (activity.GetTagItem("cache") is string cache && cache.Contains(nameof(Traced), StringComparison.Ordinal))
                {
                    _stopped.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Compute_Synchronous_IsOneActivity()
    {
        var traced = new Traced();
        Assert.Equal(5, traced.Get(5));
        Assert.Equal(5, traced.Get(5));
        var activity = Assert.Single(_stopped);
        Assert.Equal("memoize compute", activity.OperationName);
        Assert.Equal("Toolkit.Caching.Tests.Diagnostics.Traced.Get", activity.GetTagItem("cache"));
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
    }

    [Fact]
    public async Task Compute_Asynchronous_IsTheParentOfWhatItStarts()
    {
        var traced = new Traced();
        var inner = await traced.InnerAsync(1);
        Assert.Equal(inner, await traced.InnerAsync(1));
        var activity = Assert.Single(_stopped);
        Assert.Equal(activity.Id, inner);
    }

    [Fact]
    public async Task Compute_Throwing_IsAnError()
    {
        var traced = new Traced();
        Assert.Throws<FormatException>(() => traced.Get(-1));
        await Assert.ThrowsAsync<FormatException>(() => traced.InnerAsync(-1));
        Assert.Equal(2, _stopped.Count);
        Assert.All(_stopped, static activity =>
        {
            Assert.Equal(ActivityStatusCode.Error, activity.Status);
            Assert.Equal("System.FormatException", activity.GetTagItem("error.type"));
        });
    }
}

public sealed class Traced
{
    [Memoize]
    public int Get(int n) => n < 0 ? throw new FormatException("negative") : n;

    [Memoize]
    public async Task<string?> InnerAsync(int n)
    {
        await Task.Yield();
        return n < 0 ? throw new FormatException("negative") : Activity.Current?.Id;
    }
}
