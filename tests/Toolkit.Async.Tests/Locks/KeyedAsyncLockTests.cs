namespace Toolkit.Async.Tests;

public sealed class KeyedAsyncLockTests
{
    [Fact]
    public async Task AcquireAsync_SameKey_WaitsInOrderAndOtherKeysDoNot()
    {
        var locks = new KeyedAsyncLock<string>();
        var held = await locks.AcquireAsync("a");
        var order = new List<int>();
        var waiters = Enumerable.Range(0, 20).Select(async i =>
        {
            using var lease = await locks.AcquireAsync("a");
            order.Add(i);
        }).ToArray();

        // Every other key, however the hash codes fall, is free.
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(locks.TryAcquire($"key {i}", out var other));
            other.Dispose();
        }

        Assert.Empty(order);
        Assert.Equal(1, locks.ActiveKeys);
        held.Dispose();
        await Task.WhenAll(waiters).Arrives();
        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public void TryAcquire_ManyKeysAtOnce_AreAllHeldAndForgottenAfterwards()
    {
        var locks = new KeyedAsyncLock<int>();
        var leases = new List<KeyedAsyncLock<int>.Lease>();
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(locks.TryAcquire(i * 1024, out var lease));
            leases.Add(lease);
        }

        Assert.Equal(20_000, locks.ActiveKeys);
        Assert.False(locks.TryAcquire(1024, out _));
        leases.ForEach(lease => lease.Dispose());
        leases.ForEach(lease => lease.Dispose());
        Assert.Equal(0, locks.ActiveKeys);
        Assert.True(locks.TryAcquire(1024, out _));
    }

    [Fact]
    public async Task AcquireAsync_SeveralPerKey_LetsThatManyIn()
    {
        var locks = new KeyedAsyncLock<int>(maxPerKey: 3);
        var leases = new[] { await locks.AcquireAsync(7), await locks.AcquireAsync(7), await locks.AcquireAsync(7) };
        var fourth = locks.AcquireAsync(7).AsTask();
        Assert.False(fourth.IsCompleted);

        leases[1].Dispose();
        var granted = await fourth.Arrives();
        leases[1].Dispose();
        Assert.False(locks.TryAcquire(7, out _));
        granted.Dispose();
        Assert.True(locks.TryAcquire(7, out var fifth));

        // A stale copy of a permit that was handed on releases nothing.
        leases[1].Dispose();
        granted.Dispose();
        Assert.False(locks.TryAcquire(7, out _));
        fifth.Dispose();
        leases[0].Dispose();
        leases[2].Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public async Task AcquireAsync_CancelledOrTooLate_LeavesNothingBehind()
    {
        var time = new FakeTimeProvider();
        var locks = new KeyedAsyncLock<string>(new LockOptions { Name = "accounts", TimeProvider = time }, comparer: StringComparer.OrdinalIgnoreCase);
        Assert.True(locks.AcquireAsync("a", new CancellationToken(true)).AsTask().IsCanceled);
        Assert.Equal(0, locks.ActiveKeys);

        var held = await locks.AcquireAsync("a");
        using var cancellation = new CancellationTokenSource();
        var cancelled = locks.AcquireAsync("A", cancellation.Token).AsTask();
        var late = locks.AcquireAsync("A", TimeSpan.FromSeconds(1)).AsTask();
        var zero = await locks.AcquireAsync("A", TimeSpan.Zero).AsTask().Failure();
        Assert.Contains("'accounts' for the key 'A'", Assert.IsType<TimeoutException>(zero).Message, StringComparison.Ordinal);
        cancellation.Cancel();
        Assert.IsAssignableFrom<OperationCanceledException>(await cancelled.Failure());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("'accounts' for the key 'A'", Assert.IsType<TimeoutException>(await late.Failure()).Message, StringComparison.Ordinal);
        held.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public async Task Dispose_LeaseFromBeforeItsPlaceWasShared_ReleasesOnceAndLateCopiesNothing()
    {
        var locks = new KeyedAsyncLock<string>(comparer: new OneHashCode<string>());
        var alone = await locks.AcquireAsync("a");
        var met = await locks.AcquireAsync("b");
        var waiting = locks.AcquireAsync("a").AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(2, locks.ActiveKeys);

        alone.Dispose();
        var handedOver = await waiting.Arrives();
        alone.Dispose();
        Assert.False(locks.TryAcquire("a", out _));
        handedOver.Dispose();
        Assert.True(locks.TryAcquire("a", out var third));
        alone.Dispose();
        handedOver.Dispose();
        Assert.False(locks.TryAcquire("a", out _));
        third.Dispose();
        met.Dispose();
        Assert.Equal(0, locks.ActiveKeys);

        // The place is nobody's again: the next lease has it alone, and those of before do not fit.
        var again = await locks.AcquireAsync("c");
        alone.Dispose();
        met.Dispose();
        Assert.False(locks.TryAcquire("c", out _));
        Assert.Equal(1, locks.ActiveKeys);
        again.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public void Dispose_LastUseOfAKey_LetsGoOfIt()
    {
        var locks = new KeyedAsyncLock<object>();
        Assert.False(UseAndForget(locks, shared: false).IsAlive);
        Assert.False(UseAndForget(locks, shared: true).IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Use(KeyedAsyncLock<object> locks, bool shared)
        {
            var key = new object();
            Assert.True(locks.TryAcquire(key, out var lease));
            if (shared)
            {
                Assert.False(locks.TryAcquire(key, out _));
            }

            lease.Dispose();
            return new WeakReference(key);
        }

        static WeakReference UseAndForget(KeyedAsyncLock<object> locks, bool shared)
        {
            var key = Use(locks, shared);
            GC.Collect();
            return key;
        }
    }

    [Fact]
    public void Constructor_WrongArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maxPerKey", () => new KeyedAsyncLock<int>(0));
        Assert.Throws<ArgumentNullException>("options", () => new KeyedAsyncLock<int>((LockOptions)null!));
        var locks = new KeyedAsyncLock<string>();
        Assert.Throws<ArgumentNullException>("key", () => { _ = locks.AcquireAsync(null!); });
        Assert.Throws<ArgumentNullException>("key", () => locks.TryAcquire(null!, out _));
    }

    [Fact]
    public async Task AcquireAsync_RollingKeysWithZeroTimeouts_NeverGivesAKeyTwice()
    {
        const int Keys = 5;
        var locks = new KeyedAsyncLock<int>();
        var inside = new int[Keys];
        var entered = 0;
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 4000; i++)
            {
                var key = (i + worker) % Keys;
                try
                {
                    using var lease = await locks.AcquireAsync(key, i % 3 == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
                    Assert.Equal(1, Interlocked.Increment(ref inside[key]));
                    if (i % 16 == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Increment(ref entered);
                    Interlocked.Decrement(ref inside[key]);
                }
                catch (TimeoutException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }))).Arrives();

        Assert.Equal(32_000, entered + refused);
        Assert.Equal(0, locks.ActiveKeys);
    }
}
