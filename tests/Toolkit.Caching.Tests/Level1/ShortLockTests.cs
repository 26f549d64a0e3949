using Toolkit.Caching.Level1;

namespace Toolkit.Caching.Tests.Level1;

public class ShortLockTests
{
    private ShortLock _lock;
    private int _inside;
    private long _count;

    [Fact]
    public void Hold_ByManyThreads_OneAtATime()
    {
        const int Threads = 8;
        const int Times = 50_000;
        var wrong = 0;
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                using (_lock.Hold())
                {
                    wrong += Interlocked.Increment(ref _inside) == 1 ? 0 : 1;
                    _count++;
                    if ((i + t) % 1000 == 0)
                    {
                        // Whoever wants it now has to wait for longer than a spin.
                        Thread.Yield();
                    }

                    Interlocked.Decrement(ref _inside);
                }
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        Assert.Equal(0, wrong);
        Assert.Equal(Threads * Times, _count);
    }

    [Fact]
    public void Hold_ByItsHolder_GoesOnHoldingUntilTheLastIsDisposed()
    {
        using var entered = new ManualResetEventSlim();
        Thread other;
        using (_lock.Hold())
        {
            using (_lock.Hold())
            {
            }

            other = new Thread(() =>
            {
                using (_lock.Hold())
                {
                    entered.Set();
                }
            });
            other.Start();
            Assert.False(entered.IsSet);
            _count++;
        }

        other.Join();
        Assert.True(entered.IsSet);
    }

    [Fact]
    public void Hold_UnderWhichSomethingThrows_IsGivenBack()
    {
        Assert.Throws<InvalidOperationException>(Fail);
        using (_lock.Hold())
        {
            _count++;
        }

        Assert.Equal(1, _count);
    }

    private void Fail()
    {
        using (_lock.Hold())
        {
            throw new InvalidOperationException();
        }
    }
}
