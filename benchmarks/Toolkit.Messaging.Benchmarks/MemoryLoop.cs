using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>One workload of the in-memory broker again and again, for profilers and for comparing builds in turns.</summary>
internal static class MemoryLoop
{
    private const int Count = 500_000;

    /// <summary>Prints the rate and the allocated bytes of each round of half a million messages.</summary>
    /// <param name="kind"><c>bytes</c>, <c>json</c> (one key) or <c>keys</c> (JSON, a thousand keys).</param>
    /// <param name="duration">How long.</param>
    public static async Task RunAsync(string kind, TimeSpan duration)
    {
        await using var provider = new ServiceCollection().AddMessaging(m => m.UseJson(BenchJson.Default)).BuildServiceProvider();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        var subscriber = provider.GetRequiredService<ISubscriber>();
        Countdown countdown = null!;
        ValueTask<Settlement> Handle()
        {
            countdown.Signal();
            return new(Settlement.Complete);
        }

        var raw = kind == "bytes";
        await using var subscription = raw
            ? await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(new SubscriptionOptions("raw", "g") { Ordering = Ordering.None, MaxConcurrency = 1 }, (_, _) => Handle())
            : await subscriber.SubscribeAsync<BenchOrder>(new SubscriptionOptions("typed", "g") { Ordering = Ordering.PerKey, MaxConcurrency = 2 }, (_, _) => Handle());
        var message = new OutboundMessage(Workload.Body);
        var order = new BenchOrder(42, "customer-7", 12.5m);
        var keys = kind == "keys" ? Workload.Keys : ["k"];
        var rates = new List<double>();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < duration;)
        {
            countdown = new Countdown(Count);
            var allocated = GC.GetTotalAllocatedBytes();
            var (collections, paused) = (Collections(), GC.GetTotalPauseDuration());
            var round = Stopwatch.GetTimestamp();
            for (var i = 0; i < Count; i++)
            {
                await (raw ? publisher.PublishAsync("raw", message) : publisher.PublishAsync("typed", order, key: keys[i % keys.Length]));
            }

            await countdown.Task;
            rates.Add(Count / Stopwatch.GetElapsedTime(round).TotalSeconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loop {kind} {rates[^1] / 1e6:0.000} M/s {(GC.GetTotalAllocatedBytes() - allocated) / (double)Count:0} bytes/message, {Collections() - collections} collections, {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds:0} ms paused"));
        }

        rates.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {kind} {rates[rates.Count / 2] / 1e6:0.000} M/s"));
    }

    private static int Collections() => GC.CollectionCount(0); // of all generations: each counts as one of the first, too
}
