using System.Diagnostics.Metrics;

namespace Toolkit.Async.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Meter_SomebodyListens_CountsWhatRunsAndTimesWhatWaits()
    {
        var name = Guid.NewGuid().ToString();
        var lockWaits = new List<double>();
        var inFlight = 0L;
        var most = 0L;
        var queueWaits = 0;
        int? activeKeys = null;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Toolkit.Async")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "toolkit.async.fanout.queue_wait")
            {
                Interlocked.Increment(ref queueWaits);
            }
            else if (tags is [{ Key: "lock", Value: string tagged }] && tagged == name)
            {
                Assert.Equal("toolkit.async.lock.wait", instrument.Name);
                lockWaits.Add(value);
            }
        });
        listener.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            var now = Interlocked.Add(ref inFlight, value);
            most = Math.Max(most, now);
        });
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            if (tags is [{ Value: string tagged }] && tagged == name)
            {
                activeKeys = value;
            }
        });
        listener.Start();

        var time = new FakeTimeProvider();
        var mutex = new AsyncMutex(new LockOptions { Name = name, TimeProvider = time });
        using (await mutex.AcquireAsync())
        {
        }

        Assert.Empty(lockWaits);
        var held = await mutex.AcquireAsync();
        var waiting = mutex.AcquireAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(3));
        held.Dispose();
        (await waiting.Arrives()).Dispose();
        Assert.Equal([3.0], lockWaits);

        var locks = new KeyedAsyncLock<int>(new LockOptions { Name = name });
        using (await locks.AcquireAsync(1))
        using (await locks.AcquireAsync(2))
        {
            listener.RecordObservableInstruments();
        }

        Assert.Equal(2, activeKeys);

        // Other tests run at the same time, so only what this one adds for certain is looked at.
        await FanOut.ForEachAsync(Sources.Stream(Enumerable.Range(0, 9)), async (_, _) => await Task.Yield(), 3).Arrives();
        Assert.True(most > 0);
        Assert.True(queueWaits >= 9);
        GC.KeepAlive(locks);
    }
}
