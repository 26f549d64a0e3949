using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    private TimeSpan LongLease => 1000 * Unit;

    [Fact]
    public async Task TryAcquireLease_HeldByAnotherInstance_IsRefused()
    {
        var other = await OpenAsync();
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);

        Assert.NotNull(lease);
        Assert.Null(await other.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation));
        Assert.NotNull(await other.TryAcquireLeaseAsync(Key("b"), LongLease, Cancellation));
    }

    [Fact]
    public async Task TryAcquireLease_Released_IsGranted()
    {
        var other = await OpenAsync();
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);
        await Store.ReleaseLeaseAsync(Key("a"), lease!, Cancellation);

        var next = await other.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);

        Assert.NotNull(next);
        Assert.NotEqual(lease, next);
    }

    [Fact]
    public async Task TryAcquireLease_HolderDied_IsGrantedAfterTheDuration()
    {
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), Unit, Cancellation);
        await PassAsync(2 * Unit);

        Assert.NotNull(await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation));
        Assert.False(await Store.RenewLeaseAsync(Key("a"), lease!, LongLease, Cancellation));
    }

    [Fact]
    public async Task RenewLease_StillHeld_KeepsOthersOut()
    {
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), 2 * Unit, Cancellation);

        Assert.True(await Store.RenewLeaseAsync(Key("a"), lease!, LongLease, Cancellation));
        await PassAsync(3 * Unit);

        Assert.Null(await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation));
    }

    [Fact]
    public async Task ReleaseLease_OfAnotherHolder_LeavesTheLease()
    {
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);
        await Store.ReleaseLeaseAsync(Key("a"), new CacheLease(Guid.NewGuid()), Cancellation);

        Assert.Null(await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation));
        Assert.True(await Store.RenewLeaseAsync(Key("a"), lease!, LongLease, Cancellation));
    }

    [Fact]
    public async Task Set_WithItsLease_Stores()
    {
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);
        Assert.Null(await ReadAsync(Key("a")));

        Assert.True(await WriteAsync(Key("a"), "A", new() { Lease = lease }));

        Assert.Equal("A", await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Set_LeaseBrokenByRemove_StoresNothing()
    {
        var other = await OpenAsync();
        var lease = await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);
        await other.RemoveAsync(Key("a"), Cancellation);

        Assert.False(await WriteAsync(Key("a"), "A", new() { Lease = lease }));

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task Set_LeaseOfSomebodyElse_StoresNothing()
    {
        await Store.TryAcquireLeaseAsync(Key("a"), LongLease, Cancellation);

        Assert.False(await WriteAsync(Key("a"), "A", new() { Lease = new CacheLease(Guid.NewGuid()) }));

        Assert.Null(await ReadAsync(Key("a")));
    }

    [Fact]
    public async Task TryAcquireLease_ManyAtOnce_OneWins()
    {
        var other = await OpenAsync();
        for (var round = 0; round < 20; round++)
        {
            var key = Key($"round {round}");
            var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
                async () => await (i % 2 == 0 ? Store : other).TryAcquireLeaseAsync(key, LongLease, Cancellation), Cancellation)));

            Assert.Single(leases, lease => lease is not null);
        }
    }
}
