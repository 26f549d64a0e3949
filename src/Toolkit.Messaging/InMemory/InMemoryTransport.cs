using System.Collections.Concurrent;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class InMemoryTransport(InMemoryBroker broker) : IMessageTransport, IDirectTransport
{
    private readonly ConcurrentDictionary<InMemoryMember, bool> _members = [];

    public string Name => "memory";

    public TransportCapabilities Capabilities { get; } = new()
    {
        Durability = Durability.Memory,
        Replay = true,
        Partitions = true,
        OrderedScaleOut = true,
        DelayedRetry = true,
        RedeliveryCount = true,
        DetectsMissingDestination = !broker.Options.AutoCreateTopics,
        DetectsUnroutable = false,
        RoutingKeys = false,
        MaxMessageBytes = broker.Options.MaxMessageBytes,
    };

    public TransportHealth Health => broker.IsAvailable
        ? new(TransportStatus.Connected, "In-memory broker.")
        : new(TransportStatus.Reconnecting, "The in-memory broker plays an outage.");

    public void Send(PublishRequest request)
    {
        if (Topic(request.Destination.Name) is not { } topic)
        {
            request.Fail(new DestinationNotFoundException($"Topic {request.Destination.Name} does not exist: declare it with AddTopic, or set InMemoryBrokerOptions.AutoCreateTopics.", request.MessageId));
            return;
        }

        topic.Append(request);
    }

    public bool TryStore(in DirectPublish message, out int partition, out long offset)
    {
        if (Topic(message.Topic) is { } topic)
        {
            return topic.TryAppend(message, out partition, out offset);
        }

        (partition, offset) = (0, 0);
        return false;
    }

    public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        cancellationToken.ThrowIfCancellationRequested();
        if (topic.Mode == TopologyMode.None)
        {
            return ValueTask.CompletedTask;
        }

        var found = topic.Mode == TopologyMode.Verify ? broker.Find(topic.Name) : broker.GetOrCreate(topic.Name, topic.Partitions);
        if (found is null)
        {
            throw new DestinationNotFoundException($"Topic {topic.Name} does not exist, and its TopologyMode is Verify.");
        }

        return topic.Partitions is { } wanted && wanted != found.PartitionCount
            ? throw new TopologyMismatchException(FormattableString.Invariant($"Topic {topic.Name} has {found.PartitionCount} partitions, declared are {wanted}."))
            : ValueTask.CompletedTask;
    }

    public async ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureTopicAsync(new TopicSpec(request.Topic) { Mode = request.Topology }, cancellationToken).ConfigureAwait(false);
        if (request.DeadLetterTopic is { } deadLetters)
        {
            await EnsureTopicAsync(new TopicSpec(deadLetters) { Mode = request.Topology }, cancellationToken).ConfigureAwait(false);
        }

        var topic = request.Topology == TopologyMode.None
            ? broker.Find(request.Topic) ?? throw new DestinationNotFoundException($"Topic {request.Topic} does not exist, and its TopologyMode is None.")
            : broker.GetOrCreate(request.Topic);
        var group = topic.Group(request.Group, request.Start);
        var member = new InMemoryMember(group, request, sink, m => _members.TryRemove(m, out _));
        _members.TryAdd(member, true);
        group.Join(member);
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Keys)
        {
            await member.DisposeAsync().ConfigureAwait(false);
        }
    }

    private InMemoryTopic? Topic(string name) => broker.Options.AutoCreateTopics ? broker.GetOrCreate(name) : broker.Find(name);
}
