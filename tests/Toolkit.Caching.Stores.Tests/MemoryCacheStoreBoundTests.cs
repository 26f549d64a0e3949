using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Toolkit.Caching.Stores.Tests;

/// <summary>What the store keeps beside its entries is bounded, and what was invalidated stays away all the same.</summary>
public sealed class MemoryCacheStoreBoundTests : IAsyncDisposable
{
    private const int Many = 3 * MemoryBarriers.MostNames;

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryCacheStore _store;

    public MemoryCacheStoreBoundTests() => _store = new MemoryCacheStore(new(), _clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task InvalidateTags_OfMany_ForgetsBarriersButNotWhatTheyBar()
    {
        await SetAsync("kept", "other");
        await SetAsync("barred", "tag0");
        var before = (await _store.GetAsync(Key("late"), Cancellation)).Stamp;
        for (var i = 0; i < Many; i++)
        {
            await _store.InvalidateTagsAsync([$"tag{i}"], Cancellation);
        }

        Assert.InRange(_store.Kept.Barriers, 1, MemoryBarriers.MostNames);
        Assert.True(await IsThereAsync("kept"));
        Assert.False(await IsThereAsync("barred"));

        // Computed since before the invalidation, whose barrier is no more, and stored now.
        await SetAsync("late", "tag0", before);
        Assert.False(await IsThereAsync("late"));
        await SetAsync("late", "tag0");
        Assert.True(await IsThereAsync("late"));
        await SetAsync("without tags", tag: null, before);
        Assert.True(await IsThereAsync("without tags"));
        await _store.InvalidateTagsAsync(["other"], Cancellation);
        Assert.False(await IsThereAsync("kept"));
    }

    [Fact]
    public async Task Clear_OfManyCaches_ForgetsBarriersButNotWhatTheyBar()
    {
        await SetAsync("kept", tag: null);
        var before = (await _store.GetAsync(Key("late", "cache0"), Cancellation)).Stamp;
        for (var i = 0; i < Many; i++)
        {
            await _store.ClearAsync($"cache{i}", Cancellation);
        }

        Assert.InRange(_store.Kept.Barriers, 1, MemoryBarriers.MostNames);
        Assert.True(await IsThereAsync("kept"));
        await SetAsync("late", tag: null, before, "cache0");
        Assert.False(await IsThereAsync("late", "cache0"));
        await SetAsync("late", tag: null, 0, "cache0");
        Assert.True(await IsThereAsync("late", "cache0"));
    }

    [Fact]
    public async Task InvalidateTags_InAnyOrderWithSets_NothingInvalidatedComesBack()
    {
        // The oracle forgets nothing: when each tag was last invalidated, and the stamp of what was stored last under a key.
        var random = new Random(1);
        var invalidated = new Dictionary<string, int>(StringComparer.Ordinal);
        var stored = new Dictionary<string, (string Tag, int Since)>(StringComparer.Ordinal);
        var lookups = new List<(string Key, string Tag, long Stamp, int At)>();
        var hits = 0;
        for (var step = 1; step <= 400_000; step++)
        {
            var (key, tag) = ($"key{random.Next(200)}", random.Next(3) == 0 ? $"hot{random.Next(20)}" : $"tag{random.Next(500_000)}");
            switch (random.Next(8))
            {
                case 0:
                    lookups.Add((key, tag, (await _store.GetAsync(Key(key), Cancellation)).Stamp, step));
                    break;
                case 1 when lookups.Count > 0:
                    // Most computations take a short time, some take thousands of invalidations.
                    var index = random.Next(2) == 0 ? lookups.Count - 1 : random.Next(lookups.Count);
                    var begun = lookups[index];
                    lookups[index] = lookups[^1];
                    lookups.RemoveAt(lookups.Count - 1);
                    await SetAsync(begun.Key, begun.Tag, begun.Stamp);
                    stored[begun.Key] = (begun.Tag, begun.At);
                    break;
                case 2:
                    if (await IsThereAsync(key))
                    {
                        hits++;
                        Assert.True(!invalidated.TryGetValue(stored[key].Tag, out var at) || at < stored[key].Since, $"step {step}");
                    }

                    break;
                default:
                    await _store.InvalidateTagsAsync([tag], Cancellation);
                    invalidated[tag] = step;
                    break;
            }
        }

        Assert.InRange(hits, 1000, int.MaxValue);
        Assert.InRange(_store.Kept.Barriers, 1, MemoryBarriers.MostNames);
    }

    [Fact]
    public async Task TryAcquireLease_OfHoldersThatNeverComeBack_AreForgottenWhenTheyEnd()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Assert.NotNull(await _store.TryAcquireLeaseAsync(Key($"key{i}"), TimeSpan.FromSeconds(100), Cancellation));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_store.Kept.Leases, 100, MemoryLeases.Few);
    }

    [Fact]
    public async Task Set_LeaseHasEnded_StoresNothing()
    {
        var lease = await _store.TryAcquireLeaseAsync(Key("a"), TimeSpan.FromSeconds(1), Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await _store.RenewLeaseAsync(Key("a"), lease!, TimeSpan.FromSeconds(1), Cancellation));
        Assert.False(await _store.SetAsync(Key("a"), new byte[1], new CacheStoreEntryOptions { Lease = lease }, Cancellation));
        Assert.False(await IsThereAsync("a"));
    }

    private static CacheStoreKey Key(string key, string cache = "cache") => new(cache, Encoding.UTF8.GetBytes(key));

    private async Task<bool> IsThereAsync(string key, string cache = "cache") => (await _store.GetAsync(Key(key, cache), Cancellation)).Found;

    private async Task SetAsync(string key, string? tag, long stamp = 0, string cache = "cache") =>
        Assert.True(await _store.SetAsync(Key(key, cache), new byte[8], new CacheStoreEntryOptions { Tags = tag is null ? [] : [tag], Stamp = stamp }, Cancellation));
}
