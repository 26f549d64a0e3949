using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Benchmarking;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>The in-memory broker; its lower bound is a bare channel, which promises none of the same.</summary>
internal static class MemoryComparison
{
    // About a second a sample: several collections are in each.
    private const int Count = 1_000_000;

    public static async Task RunAsync()
    {
        await using var provider = new ServiceCollection().AddMessaging(m => m.UseJson(BenchJson.Default)).BuildServiceProvider();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        var subscriber = provider.GetRequiredService<ISubscriber>();
        Countdown countdown = null!;
        await using var raw = await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(new SubscriptionOptions("raw", "g") { Ordering = Ordering.None, MaxConcurrency = 1 }, (_, _) =>
        {
            countdown.Signal();
            return new(Settlement.Complete);
        });
        await using var typed = await subscriber.SubscribeAsync<BenchOrder>(new SubscriptionOptions("typed", "g") { Ordering = Ordering.PerKey, MaxConcurrency = 2 }, (_, _) =>
        {
            countdown.Signal();
            return new(Settlement.Complete);
        });
        var message = new OutboundMessage(Workload.Body);
        var order = new BenchOrder(42, "customer-7", 12.5m);

        async Task Raw()
        {
            countdown = new Countdown(Count);
            for (var i = 0; i < Count; i++)
            {
                await publisher.PublishAsync("raw", message);
            }

            await countdown.Task;
        }

        async Task Typed()
        {
            countdown = new Countdown(Count);
            for (var i = 0; i < Count; i++)
            {
                await publisher.PublishAsync("typed", order, key: "k");
            }

            await countdown.Task;
        }

        var channel = new Contender("channel", Measure.PerSecond(Count, Bare));
        Comparison.Run("memory.publish-to-handler.bytes-body", "messages/s", Better.Higher, new("toolkit", Measure.PerSecond(Count, Raw)), [channel], rounds: 7, warmups: 3);
        Comparison.Run("memory.publish-to-handler.json-per-key", "messages/s", Better.Higher, new("toolkit", Measure.PerSecond(Count, Typed)), [channel], rounds: 5);
        Comparison.Run("memory.publish-to-handler.allocated", "bytes/message", Better.Lower, new("toolkit", Measure.Bytes(Count, Raw)), [new("channel", Measure.Bytes(Count, Bare))], rounds: 3);
    }

    private static async Task Bare()
    {
        var channel = Channel.CreateBounded<byte[]>(Workload.Window);
        var reading = Task.Run(async () =>
        {
            var read = 0;
            await foreach (var _ in channel.Reader.ReadAllAsync())
            {
                if (++read == Count)
                {
                    break;
                }
            }
        });
        for (var i = 0; i < Count; i++)
        {
            await channel.Writer.WriteAsync(Workload.Body);
        }

        await reading;
    }
}

internal sealed record BenchOrder(int Id, string Customer, decimal Amount);

[JsonSerializable(typeof(BenchOrder))]
internal sealed partial class BenchJson : JsonSerializerContext;
