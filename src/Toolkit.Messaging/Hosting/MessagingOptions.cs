using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>What is common to all publishers and subscriptions of an application.</summary>
public sealed class MessagingOptions
{
    /// <summary>How messages are published.</summary>
    public PublisherOptions Publisher { get; } = new();

    /// <summary>What subscriptions do about the topics, exchanges and queues they need.</summary>
    /// <value><see cref="TopologyMode.Declare"/>.</value>
    public TopologyMode Topology { get; set; } = TopologyMode.Declare;

    /// <summary>Topics that are made sure of when the application starts.</summary>
    public IList<TopicSpec> Topics { get; } = [];

    /// <summary>Longest wait for subscriptions to finish when the application stops; each also has its own <see cref="SubscriptionOptions.DrainTimeout"/>.</summary>
    /// <value>25 seconds: below the 30 that a .NET host gives its services.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
