using Toolkit.Caching.Stores;
using Xunit;

namespace Toolkit.Testing.Caching;

public abstract partial class CacheStoreContract
{
    private static readonly CacheSerializers Serializers = new();

    [Fact]
    public async Task GetOrCompute_ManyProcesses_ComputesOnce()
    {
        var other = await OpenAsync();
        var computations = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
            await Tier<int>(i % 2 == 0 ? Store : other).GetOrComputeAsync(Key("a"), [], async token =>
            {
                Interlocked.Increment(ref computations);
                await Task.Yield();
                return 42;
            }, Cancellation), Cancellation)));

        Assert.All(results, result => Assert.Equal(42, result));
        Assert.Equal(1, computations);
    }

    [Fact]
    public async Task GetOrCompute_ComputationFails_ThrowsAndTheNextOneRuns()
    {
        var tier = Tier<string>(Store);

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await tier.GetOrComputeAsync(Key("a"), [], _ => throw new InvalidDataException(), Cancellation));

        Assert.Equal("value", await tier.GetOrComputeAsync(Key("a"), [], _ => ValueTask.FromResult("value"), Cancellation));
    }

    [Fact]
    public async Task GetOrCompute_RemovedMeanwhile_ReturnsButDoesNotStore()
    {
        var other = await OpenAsync();
        var tier = Tier<string>(Store);

        var value = await tier.GetOrComputeAsync(Key("a"), [], async token =>
        {
            await other.RemoveAsync(Key("a"), token);
            return "old";
        }, Cancellation);

        Assert.Equal("old", value);
        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key("a"), Cancellation)).State);
    }

    [Fact]
    public async Task GetOrCompute_TagInvalidatedMeanwhile_ReturnsButDoesNotStore()
    {
        var other = await OpenAsync();
        var tier = Tier<string>(Store);
        var tag = CacheId + " tag";

        await tier.GetOrComputeAsync(Key("a"), [tag], async token =>
        {
            await other.InvalidateTagsAsync([tag], token);
            return "old";
        }, Cancellation);

        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key("a"), Cancellation)).State);
    }

    [Fact]
    public async Task Get_WrittenForAnotherType_IsAMissAndCounted()
    {
        await Tier<int>(Store).SetAsync(Key("a"), 1, [], 0, null, Cancellation);
        var tier = Tier<long>(Store);

        Assert.Equal(StoreTierState.Miss, (await tier.GetAsync(Key("a"), Cancellation)).State);
        Assert.Equal(1, tier.Counters.Rejected);
    }

    [Fact]
    public async Task Get_NumbersAsMemory_ComeBack()
    {
        var numbers = new double[50_000];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = 1.0 / i;
        }

        await Tier<ReadOnlyMemory<double>>(Store).SetAsync(Key("a"), numbers, [], 0, null, Cancellation);
        var lookup = await Tier<ReadOnlyMemory<double>>(Store).GetAsync(Key("a"), Cancellation);

        Assert.True(lookup.Value.Span.SequenceEqual(numbers));
    }

    protected static StoreTier<T> Tier<T>(ICacheStore store) =>
        new(store, Serializers.Get<T>(), new StoreTierOptions(), TimeProvider.System);
}
