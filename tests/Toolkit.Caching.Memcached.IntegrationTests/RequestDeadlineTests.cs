using Microsoft.Extensions.Time.Testing;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class RequestDeadlineTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly RequestDeadline _deadline;
    private int _expired;

    public RequestDeadlineTests() => _deadline = new RequestDeadline(() => _expired++, _clock);

    [Fact]
    public void Start_TakesTooLong_ExpiresOnce()
    {
        _deadline.Start(Limit);
        _clock.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _expired);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _clock.Advance(Limit);

        Assert.Equal(1, _expired);
    }

    [Fact]
    public void Start_AnotherRequestBeforeTheTimerFires_HasItsWholeTime()
    {
        _deadline.Start(Limit);
        _clock.Advance(Limit * 0.6);
        _deadline.Stop();
        _deadline.Start(Limit);

        _clock.Advance(Limit * 0.9);
        Assert.Equal(0, _expired);

        _clock.Advance(Limit * 0.1);
        Assert.Equal(1, _expired);
    }

    [Fact]
    public void Start_AfterALongPause_ExpiresAsBefore()
    {
        _deadline.Start(Limit);
        _deadline.Stop();
        _clock.Advance(3 * Limit);
        Assert.Equal(0, _expired);
        _deadline.Start(Limit);

        _clock.Advance(Limit);

        Assert.Equal(1, _expired);
    }

    public void Dispose() => _deadline.Dispose();
}
