namespace Toolkit.Async.Tests;

public sealed class KeyedAsyncReaderWriterLockTests
{
    [Fact]
    public async Task AcquireAsync_ReadersShareAndWritersDoNot()
    {
        var locks = new KeyedAsyncReaderWriterLock<string>();
        var first = await locks.AcquireReaderAsync("a").AsTask().Arrives();
        var second = await locks.AcquireReaderAsync("a").AsTask().Arrives();
        var writer = locks.AcquireWriterAsync("a").AsTask();
        var third = locks.AcquireReaderAsync("a").AsTask();
        var other = await locks.AcquireWriterAsync("b").AsTask().Arrives();
        Assert.Equal(2, locks.ActiveKeys);

        first.Dispose();
        first.Dispose();
        Assert.False(writer.IsCompleted);
        second.Dispose();
        var writing = await writer.Arrives();
        Assert.False(third.IsCompleted);
        writing.Dispose();
        (await third.Arrives()).Dispose();
        other.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
        default(KeyedAsyncReaderWriterLock<string>.Lease).Dispose();
    }

    [Fact]
    public async Task AcquireAsync_CancelledOrTooLate_LeavesNothingBehind()
    {
        var time = new FakeTimeProvider();
        var locks = new KeyedAsyncReaderWriterLock<int>(new LockOptions { TimeProvider = time });
        Assert.True(locks.AcquireWriterAsync(1, new CancellationToken(true)).AsTask().IsCanceled);
        Assert.Equal(0, locks.ActiveKeys);

        // Zero is a try: a free one is acquired.
        var held = await locks.AcquireWriterAsync(1, TimeSpan.Zero).AsTask().Arrives();
        Assert.IsType<TimeoutException>(await locks.AcquireReaderAsync(1, TimeSpan.Zero).AsTask().Failure());
        using var cancellation = new CancellationTokenSource();
        var cancelled = locks.AcquireReaderAsync(1, TimeSpan.FromSeconds(9), cancellation.Token).AsTask();
        var late = locks.AcquireWriterAsync(1, TimeSpan.FromSeconds(1)).AsTask();
        cancellation.Cancel();
        var thrown = Assert.IsAssignableFrom<OperationCanceledException>(await cancelled.Failure());
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<TimeoutException>(await late.Failure());
        Assert.Equal(1, locks.ActiveKeys);
        held.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public async Task TryAcquire_HeldOrAwaited_TellsReadersFromWriters()
    {
        var locks = new KeyedAsyncReaderWriterLock<string>();
        Assert.True(locks.TryAcquireReader("a", out var first));
        Assert.True(locks.TryAcquireReader("a", out var second));
        Assert.False(locks.TryAcquireWriter("a", out var none));
        Assert.Equal(default, none);
        Assert.True(locks.TryAcquireWriter("b", out var other));
        Assert.False(locks.TryAcquireReader("b", out _));
        Assert.Equal(2, locks.ActiveKeys);

        // A writer that waits keeps readers out.
        var writer = locks.AcquireWriterAsync("a").AsTask();
        Assert.False(locks.TryAcquireReader("a", out _));
        first.Dispose();
        second.Dispose();
        (await writer.Arrives()).Dispose();
        other.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
        Assert.Throws<ArgumentNullException>("key", () => locks.TryAcquireReader(null!, out _));
    }

    [Fact]
    public void Dispose_LateCopyAfterTheKeyIsHeldAgain_ReleasesNothing()
    {
        var locks = new KeyedAsyncReaderWriterLock<int>();
        Assert.True(locks.TryAcquireWriter(1, out var old));
        old.Dispose();
        Assert.True(locks.TryAcquireWriter(2, out var held));
        Assert.NotEqual(old, held);
        old.Dispose();
        Assert.False(locks.TryAcquireReader(2, out _));
        held.Dispose();
        old.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_LeaseFromBeforeItsPlaceWasShared_ReleasesOnceAndLateCopiesNothing(bool isWriter)
    {
        var locks = new KeyedAsyncReaderWriterLock<string>(new OneHashCode<string>());
        var alone = await (isWriter ? locks.AcquireWriterAsync("a") : locks.AcquireReaderAsync("a"));
        var met = await locks.AcquireWriterAsync("b");
        Assert.Equal(!isWriter, locks.TryAcquireReader("a", out var beside));
        beside.Dispose();
        var waiting = locks.AcquireWriterAsync("a").AsTask();
        Assert.False(waiting.IsCompleted);

        alone.Dispose();
        var handedOver = await waiting.Arrives();
        alone.Dispose();
        Assert.False(locks.TryAcquireReader("a", out _));
        handedOver.Dispose();
        met.Dispose();
        Assert.Equal(0, locks.ActiveKeys);

        // The place is its key's own again; old leases of it mean nothing.
        var again = await locks.AcquireWriterAsync("a");
        alone.Dispose();
        Assert.False(locks.TryAcquireReader("a", out _));
        again.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }

    [Fact]
    public void TryAcquireWriter_TwiceInOneFlow_IsFalseAndFindsNoRecursionWhereNobodyWaits()
    {
        var locks = new KeyedAsyncReaderWriterLock<int>(new LockOptions { DetectReentrancy = true });
        Assert.True(locks.TryAcquireWriter(1, out var held));
        Assert.False(locks.TryAcquireWriter(1, out _));
        Assert.Throws<LockRecursionException>(() => { _ = locks.AcquireWriterAsync(1).Result; });
        held.Dispose();
        Assert.Equal(0, locks.ActiveKeys);
    }
}
