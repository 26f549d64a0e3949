using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tests.Stores;

public class LeaseTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Compute_HolderOfTheLeaseDied_GoesOnWhenItEnds()
    {
        await using var store = new MemoryCacheStore(new MemoryCacheStoreOptions(), _time);
        var key = Key();
        Assert.NotNull(await store.TryAcquireLeaseAsync(key, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        var start = _time.GetUtcNow();
        var result = Compute(store, key, new StoreTierOptions { LeaseWait = TimeSpan.FromMinutes(10) });
        await AdvanceUntilDoneAsync(result);
        Assert.Equal(7, await result);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Compute_HolderOfTheLeaseHangs_GoesOnAfterTheLongestWait()
    {
        await using var store = new MemoryCacheStore(new MemoryCacheStoreOptions(), _time);
        var key = Key();
        Assert.NotNull(await store.TryAcquireLeaseAsync(key, TimeSpan.FromHours(5), TestContext.Current.CancellationToken));
        var start = _time.GetUtcNow();
        var result = Compute(store, key, new StoreTierOptions { LeaseWait = TimeSpan.FromSeconds(3) });
        await AdvanceUntilDoneAsync(result);
        Assert.Equal(7, await result);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(3), TimeSpan.FromHours(5));
    }

    private static CacheStoreKey Key()
    {
        var writer = default(CacheKeyWriter);
        writer.Write(1);
        var key = writer.ToKey("lease");
        writer.Dispose();
        return key;
    }

    private Task<int> Compute(MemoryCacheStore store, CacheStoreKey key, StoreTierOptions options) =>
        new StoreTier<int>(store, new CacheSerializers().Get<int>(), options, _time)
            .GetOrComputeAsync(key, [], static _ => ValueTask.FromResult(7), TestContext.Current.CancellationToken).AsTask();

    // Each step of the clock fires what is due; what follows runs on the thread pool.
    private async Task AdvanceUntilDoneAsync(Task result)
    {
        var steps = 0;
        while (!result.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            for (var i = 0; i < 10 && !result.IsCompleted; i++)
            {
                await Task.Yield();
            }

            Assert.True(++steps < 1_000_000);
        }

        await result.WaitAsync(Bound);
    }
}
