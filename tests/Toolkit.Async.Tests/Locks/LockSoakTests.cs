namespace Toolkit.Async.Tests;

/// <summary>Everything at once for some seconds, with a counter that only one may touch at a time.</summary>
public sealed class LockSoakTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 60 : 3);

    private delegate ValueTask<IDisposable> Acquire(int key, TimeSpan timeout, CancellationToken token);

    [Fact]
    public async Task AsyncMutex_AcquireCancelTimeOutAndDisposeTwice_NeverTwoHoldersAndFreeAfterwards()
    {
        var mutex = new AsyncMutex();
        await Soak(keys: 1, perKey: 1, async (_, timeout, token) => await mutex.AcquireAsync(timeout, token));
        Assert.False(mutex.IsHeld);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task KeyedAsyncLock_AcquireCancelTimeOutAndDisposeTwice_NeverTooManyHoldersAndEmptyAfterwards(int perKey)
    {
        var locks = new KeyedAsyncLock<int>(maxPerKey: perKey);
        await Soak(keys: 3, perKey, async (key, timeout, token) => await locks.AcquireAsync(key, timeout, token));
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public async Task KeyedAsyncLock_KeysThatMeetInOnePlace_NeverTooManyHoldersAndEmptyAfterwards()
    {
        var locks = new KeyedAsyncLock<string>(comparer: new OneHashCode<string>());
        string[] names = ["a", "b", "c"];
        await Soak(keys: names.Length, perKey: 1, async (key, timeout, token) => await locks.AcquireAsync(names[key], timeout, token));
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyedAsyncReaderWriterLock_ReadersAndWriters_NeverOneBesideAWriterAndEmptyAfterwards(bool keysMeet)
    {
        const int Writer = 1000;
        var locks = new KeyedAsyncReaderWriterLock<string>(keysMeet ? new OneHashCode<string>() : null);
        string[] names = ["a", "b", "c"];
        var inside = new int[names.Length];
        var violations = 0;
        await Soak(names.Length, perKey: int.MaxValue, async (key, timeout, token) =>
        {
            var isWriter = Random.Shared.Next(2) == 0;
            var lease = isWriter ? await locks.AcquireWriterAsync(names[key], timeout, token) : await locks.AcquireReaderAsync(names[key], timeout, token);
            var now = Interlocked.Add(ref inside[key], isWriter ? Writer : 1);
            if (isWriter ? now != Writer : now >= Writer)
            {
                Interlocked.Increment(ref violations);
            }

            return new Visit(() => Interlocked.Add(ref inside[key], isWriter ? -Writer : -1), lease);
        });
        Assert.Equal(0, violations);
        Assert.Equal(0, locks.ActiveKeys);
    }

    /// <summary>Counts itself out once; its lease may be disposed of as often as one likes.</summary>
    private sealed class Visit(Action leave, IDisposable lease) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                leave();
            }

            lease.Dispose();
        }
    }

    private static async Task Soak(int keys, int perKey, Acquire acquire)
    {
        var inside = new int[keys];
        var violations = 0;
        long entered = 0;
        using var end = new CancellationTokenSource(Length);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => Work(number)))).WaitAsync(Length + Signals.Bound);

        Assert.Equal(0, violations);
        Assert.All(inside, count => Assert.Equal(0, count));
        Assert.True(entered > 0);
        TestContext.Current.TestOutputHelper?.WriteLine($"entered {entered} times");

        async Task Work(int number)
        {
            var random = new Random(number);
            IDisposable? old = null;
            while (!end.IsCancellationRequested)
            {
                var key = random.Next(keys);
                using var cancellation = new CancellationTokenSource();
                var timeout = random.Next(4) switch
                {
                    0 => TimeSpan.Zero,
                    1 => TimeSpan.FromMilliseconds(random.Next(3)),
                    _ => Timeout.InfiniteTimeSpan,
                };
                var cancelling = random.Next(3) == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
                try
                {
                    using var lease = await acquire(key, timeout, cancellation.Token);
                    if (Interlocked.Increment(ref inside[key]) > perKey)
                    {
                        Interlocked.Increment(ref violations);
                    }

                    if (random.Next(8) == 0)
                    {
                        await Task.Yield();
                    }

                    entered++;

                    // A lease of long ago must not let somebody else in.
                    old?.Dispose();
                    Interlocked.Decrement(ref inside[key]);
                    lease.Dispose();
                    old = lease;
                }
                catch (OperationCanceledException)
                {
                }
                catch (TimeoutException)
                {
                }

                await cancelling;
            }
        }
    }
}
