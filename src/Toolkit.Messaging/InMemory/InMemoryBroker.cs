using System.Collections.Concurrent;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// A broker in this process: topics with partitions, groups with members, redelivery, and retries under any
/// <see cref="TimeProvider"/>. The default of <c>AddMessaging</c>, and what an application's own tests run on. Several
/// applications (service providers) can share one instance. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Everything lives in memory: a receipt never claims more than <see cref="Durability.Memory"/>. Messages of one key go to one
/// partition; each partition belongs to one member of a group at a time.
/// </remarks>
public sealed class InMemoryBroker
{
    private readonly ConcurrentDictionary<string, InMemoryTopic> _topics = new(StringComparer.Ordinal);
    private volatile bool _available = true;

    /// <summary>A broker with default options on the system's clock.</summary>
    public InMemoryBroker()
        : this(new InMemoryBrokerOptions())
    {
    }

    /// <summary>A broker with <paramref name="options"/>.</summary>
    /// <param name="options">Not to be changed afterwards.</param>
    /// <param name="time">Clock for delayed retries; the system's where null.</param>
    public InMemoryBroker(InMemoryBrokerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Time = time ?? TimeProvider.System;
    }

    /// <summary>Whether the broker takes and delivers messages; see <see cref="SetAvailable"/>.</summary>
    public bool IsAvailable => _available;

    internal InMemoryBrokerOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>
    /// Plays an outage: while unavailable nothing is stored or fetched, publishes wait for their delivery time-out, and health
    /// says so. Messages that are out can still be settled. Back again, everything goes on in order.
    /// </summary>
    /// <param name="available">Whether the broker is there.</param>
    public void SetAvailable(bool available)
    {
        _available = available;
        if (available)
        {
            foreach (var topic in _topics.Values)
            {
                topic.Resume();
            }
        }
    }

    /// <summary>Number of messages that were ever stored in <paramref name="topic"/>; 0 where it doesn't exist.</summary>
    /// <param name="topic">Name of the topic.</param>
    /// <returns>The number.</returns>
    public long CountPublished(string topic) => _topics.TryGetValue(topic, out var found) ? found.CountPublished() : 0;

    internal InMemoryTopic? Find(string name) => _topics.TryGetValue(name, out var topic) ? topic : null;

    internal InMemoryTopic GetOrCreate(string name, int? partitions = null) =>
        _topics.TryGetValue(name, out var topic) ? topic : _topics.GetOrAdd(name, static (n, args) => new InMemoryTopic(args.Broker, n, args.Partitions), (Broker: this, Partitions: partitions ?? Options.Partitions));
}
