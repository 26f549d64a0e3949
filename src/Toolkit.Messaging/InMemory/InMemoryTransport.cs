using System.Collections.Concurrent;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class InMemoryTransport(InMemoryBroker broker) : IMessageTransport
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
        var topic = broker.Options.AutoCreateTopics ? broker.GetOrCreate(request.Destination.Name) : broker.Find(request.Destination.Name);
        if (topic is null)
        {
            request.Fail(new DestinationNotFoundException($"Topic {request.Destination.Name} does not exist: declare it with AddTopic, or set InMemoryBrokerOptions.AutoCreateTopics.", request.MessageId));
            return;
        }

        topic.Append(request);
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

        var group = broker.GetOrCreate(request.Topic).Group(request.Group, request.Start);
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
}
