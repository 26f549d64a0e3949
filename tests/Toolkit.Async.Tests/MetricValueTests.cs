using System.Diagnostics.Metrics;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Nito.AsyncEx;

namespace Toolkit.Async.Tests;

/// <summary>
/// The values of the waiting times, on a clock that only the test moves. A fan-out's measurements have no tag to know them by:
/// the flow that they are made in is known by an AsyncLocal, which bodies and feeds have from the caller.
/// </summary>
public sealed class MetricValueTests : IDisposable
{
    private static readonly AsyncLocal<MetricValueTests?> Flow = new();
    private readonly MeterListener _listener = new();
    private readonly SignallingTime _time = new();
    private readonly string _name = Guid.NewGuid().ToString();
    private readonly List<double> _queueWaits = [];
    private readonly List<double> _lockWaits = [];

    public MetricValueTests()
    {
        _listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "Toolkit.Async" && instrument is Histogram<double>)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (tags is [{ Key: "lock", Value: string tagged }] && tagged == _name)
            {
                Add(_lockWaits, value);
            }
            else if (instrument.Name == "toolkit.async.fanout.queue_wait" && Flow.Value == this)
            {
                Add(_queueWaits, value);
            }
        });
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task QueueWait_SlowSource_IsHowLongEachItemWasWaitedFor()
    {
        Flow.Value = this;
        using var asked = new SemaphoreSlim(0);
        using var answer = new SemaphoreSlim(0);
        async IAsyncEnumerable<int> Source()
        {
            for (var i = 0; i < 3; i++)
            {
                asked.Release();
                await answer.WaitAsync();
                yield return i;
            }
        }

        var task = FanOut.ForEachAsync(
            Source(), (_, _) => ValueTask.CompletedTask, new FanOutOptions { MaxConcurrency = 1, TimeProvider = _time });
        foreach (var seconds in new[] { 3.0, 0.0, 5.5 })
        {
            Assert.True(await asked.WaitAsync(Signals.Bound));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            answer.Release();
        }

        await task.Arrives();

        // The end of the source is nothing that an item has waited for.
        Assert.Equal([3.0, 0.0, 5.5], _queueWaits);
    }

    [Fact]
    public async Task QueueWait_RateLimiterHoldsBack_IsHowLongItDid()
    {
        Flow.Value = this;
        using var limiter = new ManualLimiter();
        var task = FanOut.ForEachAsync(
            new[] { 1, 2 },
            (_, _) =>
            {
                // The time of a body is not part of anybody's wait: there is one worker.
                _time.Advance(TimeSpan.FromSeconds(100));
                return ValueTask.CompletedTask;
            },
            new FanOutOptions { MaxConcurrency = 1, RateLimiter = limiter, TimeProvider = _time });
        foreach (var seconds in new[] { 7, 2 })
        {
            Assert.True(await limiter.Asked.WaitAsync(Signals.Bound));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            limiter.Granted.Release();
        }

        await task.Arrives();
        Assert.Equal([7.0, 2.0], _queueWaits);
    }

    [Fact]
    public async Task QueueWait_Paused_IsHowLongThePauseWas()
    {
        Flow.Value = this;
        var pause = new PauseTokenSource { IsPaused = true };
        var task = FanOut.ForEachAsync(
            new[] { 1, 2 },
            (_, _) =>
            {
                pause.IsPaused = true;
                return ValueTask.CompletedTask;
            },
            new FanOutOptions { MaxConcurrency = 1, PauseToken = pause.Token, TimeProvider = _time });

        // The clock is read when the wait for the first item starts; when it ends, and when the one for the second item starts.
        await _time.ReadAsync(times: 1);
        _time.Advance(TimeSpan.FromSeconds(4));
        pause.IsPaused = false;
        await _time.ReadAsync(times: 2);
        _time.Advance(TimeSpan.FromSeconds(2.5));
        pause.IsPaused = false;

        // The last body has paused the search for the end of the source.
        await _time.ReadAsync(times: 2);
        pause.IsPaused = false;
        await task.Arrives();
        Assert.Equal([4.0, 2.5], _queueWaits);
    }

    [Fact]
    public async Task QueueWait_FullBuffer_IsHowLongTheConsumerTook()
    {
        Flow.Value = this;
        var results = FanOut.StreamAsync(
            new[] { 1, 2, 3 },
            (item, _) => ValueTask.FromResult(item),
            new FanOutOptions { MaxConcurrency = 1, BufferCapacity = 1, TimeProvider = _time });
        await using var consumer = results.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await consumer.MoveNextAsync().AsTask().Arrives());

        // Twice for each of the first two items; the third one waits until the second result is taken.
        await _time.ReadAsync(times: 5);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(await consumer.MoveNextAsync().AsTask().Arrives());
        Assert.True(await consumer.MoveNextAsync().AsTask().Arrives());
        Assert.False(await consumer.MoveNextAsync().AsTask().Arrives());
        Assert.Equal([0.0, 0.0, 6.0], _queueWaits);
    }

    [Fact]
    public async Task LockWait_SeveralWaiters_AreTimedFromTheirArrivalToTheirLease()
    {
        var mutex = new AsyncMutex(new LockOptions { Name = _name, TimeProvider = _time });
        await CheckLockWaits(async () => await mutex.AcquireAsync());
    }

    [Fact]
    public async Task LockWait_Keyed_IsTimedTheSameWay()
    {
        var locks = new KeyedAsyncLock<string>(new LockOptions { Name = _name, TimeProvider = _time });
        await CheckLockWaits(async () => await locks.AcquireAsync("key"));
    }

    [Fact]
    public async Task LockWait_KeyedReaderWriter_IsTimedTheSameWay()
    {
        var locks = new KeyedAsyncReaderWriterLock<string>(new LockOptions { Name = _name, TimeProvider = _time });
        await CheckLockWaits(async () => await locks.AcquireWriterAsync("key"));
    }

    [Fact]
    public async Task LockWait_Readers_AreTimedEachOnItsOwn()
    {
        var locks = new KeyedAsyncReaderWriterLock<string>(new LockOptions { Name = _name, TimeProvider = _time });
        var writer = await locks.AcquireWriterAsync("key");
        var first = locks.AcquireReaderAsync("key").AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        var second = locks.AcquireReaderAsync("key").AsTask();
        _time.Advance(TimeSpan.FromSeconds(4));
        writer.Dispose();
        using (await first.Arrives())
        using (await second.Arrives())
        using (await locks.AcquireReaderAsync("key").AsTask().Arrives())
        {
            // The third one found it open to readers; which of the others goes on first is left to chance.
            Assert.Equal([4.0, 7.0], _lockWaits.Order());
        }
    }

    public static TheoryData<string> Locks => ["mutex", "keyed", "reader-writer"];

    [Theory]
    [MemberData(nameof(Locks))]
    public async Task LockWait_CancelledAndTooLate_AreNotCounted(string kind)
    {
        var options = new LockOptions { Name = _name, TimeProvider = _time };
        var mutex = new AsyncMutex(options);
        var keyed = new KeyedAsyncLock<string>(options);
        var readerWriter = new KeyedAsyncReaderWriterLock<string>(options);
        async Task<IDisposable> Acquire(TimeSpan timeout, CancellationToken token) => kind switch
        {
            "mutex" => await mutex.AcquireAsync(timeout, token),
            "keyed" => await keyed.AcquireAsync("key", timeout, token),
            _ => await readerWriter.AcquireWriterAsync("key", timeout, token),
        };

        var held = await Acquire(Timeout.InfiniteTimeSpan, default);
        using var cancellation = new CancellationTokenSource();
        var cancelled = Acquire(Timeout.InfiniteTimeSpan, cancellation.Token);
        var late = Acquire(TimeSpan.FromSeconds(2), default);
        var granted = Acquire(Timeout.InfiniteTimeSpan, default);
        _time.Advance(TimeSpan.FromSeconds(3));
        cancellation.Cancel();
        Assert.IsAssignableFrom<OperationCanceledException>(await cancelled.Failure());
        Assert.IsType<TimeoutException>(await late.Failure());
        held.Dispose();
        (await granted.Arrives()).Dispose();
        Assert.Equal([3.0], _lockWaits);
    }

    private async Task CheckLockWaits(Func<Task<IDisposable>> acquire)
    {
        var first = await acquire().Arrives();
        var second = acquire();
        _time.Advance(TimeSpan.FromSeconds(3));
        var third = acquire();
        _time.Advance(TimeSpan.FromSeconds(4));
        first.Dispose();
        var held = await second.Arrives();
        _time.Advance(TimeSpan.FromSeconds(1.5));
        held.Dispose();
        (await third.Arrives()).Dispose();

        // Who found it free, the first one, is not among them.
        Assert.Equal([7.0, 5.5], _lockWaits);
    }

    private static void Add(List<double> values, double value)
    {
        lock (values)
        {
            values.Add(value);
        }
    }

    /// <summary>Says when it is read.</summary>
    private sealed class SignallingTime : FakeTimeProvider
    {
        private readonly Channel<long> _read = Channel.CreateUnbounded<long>();

        public override long GetTimestamp()
        {
            var timestamp = base.GetTimestamp();
            Assert.True(_read.Writer.TryWrite(timestamp));
            return timestamp;
        }

        public async Task ReadAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await _read.Reader.ReadAsync().AsTask().Arrives();
            }
        }
    }

    /// <summary>Says when it is asked, and grants when it is told to.</summary>
    private sealed class ManualLimiter : RateLimiter
    {
        public SemaphoreSlim Asked { get; } = new(0);

        public SemaphoreSlim Granted { get; } = new(0);

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => throw new NotSupportedException();

        protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
        {
            Asked.Release();
            await Granted.WaitAsync(cancellationToken);
            return new Lease();
        }

        protected override void Dispose(bool disposing)
        {
            Asked.Dispose();
            Granted.Dispose();
            base.Dispose(disposing);
        }

        private sealed class Lease : RateLimitLease
        {
            public override bool IsAcquired => true;

            public override IEnumerable<string> MetadataNames => [];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = null;
                return false;
            }
        }
    }
}
