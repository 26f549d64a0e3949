using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>Results of expensive methods from one run of a program to the next, and large ones as mapped files.</summary>
public sealed class DiskRestartTests : IDisposable
{
    private const int Large = 1_000_000;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly CacheStoreKey Key = new("arrays", "key"u8.ToArray());
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memoize_RestartAndChangedCode_TakesAndComputesAnew()
    {
        Assert.Equal("10, 1 computed", await RunAsync("times 5", changed: false));
        Assert.Equal("10, 0 computed", await RunAsync("times 5", changed: false));
        Assert.Equal("15, 1 computed", await RunAsync("times 5", changed: true));
        Assert.Equal("15, 0 computed", await RunAsync("times 5", changed: true));

        // Back to what it was: those results are still there.
        Assert.Equal("10, 0 computed", await RunAsync("times 5", changed: false));
    }

    [Fact]
    public Task Memoize_DiskBySetting_SurvivesARestart() => CacheWorker.CheckSettingAsync(
        $$"""{ "Store": "disk", "Disk": { "Folder": "{{_folder.Path}}" } }""", survives: true, Cancellation);

    [Fact]
    public Task Memoize_MemoryBySetting_ComputesInEachProcess() =>
        CacheWorker.CheckSettingAsync("""{ "Store": "memory" }""", survives: false, Cancellation);

    [Fact]
    public async Task GetOrCompute_LargeNumbersMapped_AreTheFileAndSurviveARestart()
    {
        var numbers = new double[Large];
        Random.Shared.NextBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        ReadOnlyMemory<double> result;
        await using (var store = Open(mapped: true))
        {
            await TierOf<ReadOnlyMemory<double>>(store).GetOrComputeAsync(Key, [], _ => ValueTask.FromResult<ReadOnlyMemory<double>>(numbers), Cancellation);
        }

        await using (var store = Open(mapped: true))
        {
            Assert.False(MemoryMarshal.TryGetArray((await store.GetAsync(Key, Cancellation)).Value, out _));
            result = await TierOf<ReadOnlyMemory<double>>(store).GetOrComputeAsync(Key, [], Fail<ReadOnlyMemory<double>>, Cancellation);

            // Its file may go: the memory stays.
            await store.RemoveAsync(Key, Cancellation);
            await store.CheckAsync(TimeSpan.Zero, Cancellation);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path, "*.value", SearchOption.AllDirectories));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(MemoryMarshal.AsBytes(result.Span).SequenceEqual(MemoryMarshal.AsBytes(numbers.AsSpan())));
        GC.KeepAlive((object)result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetOrCompute_LargeArray_IsTheCallersOwn(bool mapped)
    {
        var numbers = Enumerable.Range(0, Large).ToArray();
        await using var store = Open(mapped);
        var tier = TierOf<int[]>(store);
        await tier.GetOrComputeAsync(Key, [], _ => ValueTask.FromResult(numbers), Cancellation);

        var first = await tier.GetOrComputeAsync(Key, [], Fail<int[]>, Cancellation);
        first[0] = -1;
        var second = await tier.GetOrComputeAsync(Key, [], Fail<int[]>, Cancellation);

        Assert.Equal(numbers, second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_ValueFileDamaged_Misses(bool mapped)
    {
        await using var store = Open(mapped);
        await store.SetAsync(Key, new byte[Large], CacheStoreEntryOptions.Default, Cancellation);
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "*.value", SearchOption.AllDirectories));
        await using (var stream = File.OpenWrite(file))
        {
            stream.Position = Large / 2;
            stream.WriteByte(1);
        }

        Assert.False((await store.GetAsync(Key, Cancellation)).Found);
    }

    [Fact]
    public async Task Get_MappedByManyThreadsWhileReplaced_IsAlwaysOneValue()
    {
        await using var store = Open(mapped: true);
        await store.SetAsync(Key, Filled(0), CacheStoreEntryOptions.Default, Cancellation);
        var found = 0;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var lookup = await store.GetAsync(Key, Cancellation);
                if (lookup.Found)
                {
                    Assert.Equal(-1, lookup.Value.Span.IndexOfAnyExcept(lookup.Value.Span[0]));
                    Interlocked.Increment(ref found);
                }

                GC.KeepAlive((object)lookup);
            }
        })).ToArray();
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i < 200 || (Volatile.Read(ref found) < 100 && Stopwatch.GetElapsedTime(start) < Bound); i++)
        {
            await store.SetAsync(Key, Filled((byte)i), CacheStoreEntryOptions.Default, Cancellation);
            if (i % 20 == 0)
            {
                GC.Collect();
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(found >= 100);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Filled(byte with)
    {
        var bytes = new byte[200_000];
        bytes.AsSpan().Fill(with);
        return bytes;
    }

    private static ValueTask<T> Fail<T>(CancellationToken cancellationToken) => throw new InvalidOperationException("it should have been in the store");

    private static StoreTier<T> TierOf<T>(ICacheStore store) =>
        new(store, new CacheSerializers().Get<T>(), new StoreTierOptions(), TimeProvider.System);

    private DiskCacheStore Open(bool mapped) =>
        new(new DiskCacheOptions { Folder = _folder.Path, MapLargeValues = mapped }, TimeProvider.System, NullLogger<DiskCacheStore>.Instance);

    private async Task<string> RunAsync(string command, bool changed)
    {
        using var worker = await CacheWorker.StartAsync("disk", _folder.Path, Cancellation, changed);
        return await worker.AskAsync(command, Cancellation);
    }
}
