// Each value task of the ring is awaited exactly once.
#pragma warning disable CA2012
namespace Toolkit.Messaging.Benchmarks;

/// <summary>What all brokers are measured with: 256-byte persistent messages, at most 1,024 of them unconfirmed.</summary>
internal static class Workload
{
    public const int BodyBytes = 256;
    public const int Window = 1024;

    public static byte[] Body { get; } = [.. Enumerable.Range(0, BodyBytes).Select(i => (byte)('a' + (i % 26)))];

    /// <summary>A thousand keys.</summary>
    public static string[] Keys { get; } = [.. Enumerable.Range(0, 1000).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"customer-{i}"))];

    /// <summary>Publishes <paramref name="count"/> messages, <see cref="Window"/> of them under way.</summary>
    public static async Task PublishAsync(int count, Func<ValueTask> publish)
    {
        var ring = new ValueTask[Window];
        for (var i = 0; i < count; i++)
        {
            await ring[i % Window];
            ring[i % Window] = publish();
        }

        foreach (var left in ring)
        {
            await left;
        }
    }

    /// <summary>Publishes through the package.</summary>
    public static async Task PublishAsync(int count, IMessagePublisher publisher, string topic, OutboundMessage message)
    {
        var ring = new ValueTask<PublishReceipt>[Window];
        for (var i = 0; i < count; i++)
        {
            await ring[i % Window];
            ring[i % Window] = publisher.PublishAsync(topic, message);
        }

        for (var i = 0; i < ring.Length; i++)
        {
            await ring[i]; // one that was never set is completed
        }
    }

    /// <summary>The p50 and p99 of <paramref name="samples"/>, in milliseconds.</summary>
    public static (double P50, double P99) Percentiles(double[] samples)
    {
        Array.Sort(samples);
        return (samples[samples.Length / 2], samples[samples.Length * 99 / 100]);
    }
}
