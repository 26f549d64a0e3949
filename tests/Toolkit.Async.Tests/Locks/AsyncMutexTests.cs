namespace Toolkit.Async.Tests;

public sealed class AsyncMutexTests
{
    [Fact]
    public async Task AcquireAsync_Free_IsHeldUntilDisposed()
    {
        var mutex = new AsyncMutex();
        var acquired = mutex.AcquireAsync(TestContext.Current.CancellationToken);
        Assert.True(acquired.IsCompletedSuccessfully);
        var lease = await acquired;
        Assert.True(mutex.IsHeld);
        Assert.False(mutex.TryAcquire(out _));
        lease.Dispose();
        Assert.False(mutex.IsHeld);
        Assert.True(mutex.TryAcquire(out var second));
        Assert.NotEqual(lease, second);
    }

    [Fact]
    public async Task AcquireAsync_SeveralWait_AreServedInTheOrderInWhichTheyCame()
    {
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        var order = new List<int>();
        var waiters = Enumerable.Range(0, 50).Select(async i =>
        {
            using var lease = await mutex.AcquireAsync();
            order.Add(i);
        }).ToArray();

        held.Dispose();
        await Task.WhenAll(waiters).Arrives();
        Assert.Equal(Enumerable.Range(0, 50), order);
        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task AcquireAsync_AlreadyCancelled_DoesNotEnterAFreeLock()
    {
        var mutex = new AsyncMutex();
        var cancelled = new CancellationToken(canceled: true);
        Assert.True(mutex.AcquireAsync(cancelled).AsTask().IsCanceled);
        Assert.True(mutex.AcquireAsync(TimeSpan.Zero, cancelled).AsTask().IsCanceled);
        Assert.False(mutex.IsHeld);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await mutex.AcquireAsync(cancelled));
    }

    [Fact]
    public async Task AcquireAsync_CancelledWhileWaiting_LeavesTheOthersInOrder()
    {
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        var first = mutex.AcquireAsync().AsTask();
        var second = mutex.AcquireAsync(cancellation.Token).AsTask();
        var third = mutex.AcquireAsync().AsTask();

        cancellation.Cancel();
        var thrown = Assert.IsAssignableFrom<OperationCanceledException>(await second.Failure());
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.True(second.IsCanceled);

        held.Dispose();
        (await first.Arrives()).Dispose();
        (await third.Arrives()).Dispose();
        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task AcquireAsync_OnlyWaiterCancelled_LockIsFreeAfterRelease()
    {
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        var waiter = mutex.AcquireAsync(cancellation.Token).AsTask();
        cancellation.Cancel();
        Assert.NotNull(await waiter.Failure());
        held.Dispose();
        Assert.True(mutex.TryAcquire(out var lease));
        lease.Dispose();
    }

    [Fact]
    public async Task Dispose_TwiceLateOrThroughACopy_NeverReleasesSomebodyElsesLock()
    {
        var mutex = new AsyncMutex();
        var first = await mutex.AcquireAsync();
        var copy = first;
        var waiting = mutex.AcquireAsync().AsTask();
        first.Dispose();
        var second = await waiting.Arrives();

        first.Dispose();
        copy.Dispose();
        Assert.True(mutex.IsHeld);
        Assert.False(mutex.TryAcquire(out _));

        second.Dispose();
        second.Dispose();
        Assert.False(mutex.IsHeld);
        Assert.True(mutex.TryAcquire(out var third));
        copy.Dispose();
        second.Dispose();
        default(AsyncMutex.Lease).Dispose();
        Assert.True(mutex.IsHeld);
        third.Dispose();
        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task AcquireAsync_TimeoutPasses_ThrowsTimeoutExceptionThatNamesTheLock()
    {
        var time = new FakeTimeProvider();
        var mutex = new AsyncMutex(new LockOptions { Name = "orders", TimeProvider = time });
        var held = await mutex.AcquireAsync();

        Assert.IsType<TimeoutException>(await mutex.AcquireAsync(TimeSpan.Zero).AsTask().Failure());
        var waiting = mutex.AcquireAsync(TimeSpan.FromSeconds(5)).AsTask();
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var thrown = Assert.IsType<TimeoutException>(await waiting.Failure());
        Assert.Contains("'orders'", thrown.Message, StringComparison.Ordinal);

        var granted = mutex.AcquireAsync(TimeSpan.FromSeconds(5)).AsTask();
        held.Dispose();
        using (await granted.Arrives())
        {
            // The time-out of a wait that is over ends nothing.
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.True(mutex.IsHeld);
        }

        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public void AcquireAsync_WrongTimeout_Throws()
    {
        var mutex = new AsyncMutex();
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => { _ = mutex.AcquireAsync(TimeSpan.FromSeconds(-2)); });
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => { _ = mutex.AcquireAsync(TimeSpan.MaxValue); });
        Assert.Throws<ArgumentNullException>("options", () => new AsyncMutex(null!));
    }

    [Fact]
    public async Task Dispose_WithWaiters_NeverRunsThemOnTheReleasingThread()
    {
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        var thread = new TaskCompletionSource<int>();
        var waiting = mutex.AcquireAsync();
        waiting.GetAwaiter().OnCompleted(() => thread.SetResult(Environment.CurrentManagedThreadId));
        var releasing = -1;
        var release = new Thread(() =>
        {
            releasing = Environment.CurrentManagedThreadId;
            held.Dispose();
        });
        release.Start();
        Assert.True(release.Join(Signals.Bound));
        Assert.NotEqual(releasing, await thread.Task.Arrives());
        waiting.GetAwaiter().GetResult().Dispose();
        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task AcquireAsync_HundredThousandWaitersThatGoOnAtOnce_DoNotOverflowTheStack()
    {
        const int Count = 100_000;
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        var entered = 0;
        async Task Enter()
        {
            using var lease = await mutex.AcquireAsync();
            entered++;
        }

        var all = new Task[Count];
        for (var i = 0; i < Count; i++)
        {
            all[i] = Enter();
        }

        held.Dispose();
        await Task.WhenAll(all).Arrives();
        Assert.Equal(Count, entered);
    }

    [Fact]
    public async Task AcquireAsync_AwaitedTwice_ThrowsInsteadOfSharingTheLease()
    {
        var mutex = new AsyncMutex();
        var held = await mutex.AcquireAsync();
        var waiting = mutex.AcquireAsync();
        Assert.Throws<InvalidOperationException>(() => waiting.GetAwaiter().GetResult());
        held.Dispose();
        var lease = await waiting;
        Assert.Throws<InvalidOperationException>(() => waiting.GetAwaiter().GetResult());
        lease.Dispose();
    }

    [Fact]
    public async Task AcquireAsync_CancelAgainstRelease_NeverLosesTheLockNorGivesItTwice()
    {
        var mutex = new AsyncMutex();
        var inside = 0;
        var granted = 0;
        for (var round = 0; round < 3000; round++)
        {
            var held = await mutex.AcquireAsync();
            using var cancellation = new CancellationTokenSource();
            var waiting = Wait(cancellation.Token);
            var releasing = Task.Run(held.Dispose);
            cancellation.Cancel();
            await releasing.Arrives();
            await waiting.Arrives();
            Assert.False(mutex.IsHeld);
        }

        async Task Wait(CancellationToken token)
        {
            try
            {
                using var lease = await mutex.AcquireAsync(token);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                granted++;
                Interlocked.Decrement(ref inside);
            }
            catch (OperationCanceledException)
            {
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{granted} of 3000 were granted");
    }
}
