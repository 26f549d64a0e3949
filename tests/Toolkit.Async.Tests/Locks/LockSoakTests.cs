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

    [Fact]
    public async Task KeyedAsyncReaderWriterLock_Writers_NeverTwoHoldersAndEmptyAfterwards()
    {
        var locks = new KeyedAsyncReaderWriterLock<int>();
        await Soak(keys: 3, perKey: 1, async (key, timeout, token) => await locks.AcquireWriterAsync(key, timeout, token));
        Assert.Equal(0, locks.ActiveKeys);
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
