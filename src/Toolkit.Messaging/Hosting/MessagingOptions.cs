using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>What is common to all publishers and subscriptions of an application.</summary>
public sealed class MessagingOptions
{
    /// <summary>How messages are published.</summary>
    public PublisherOptions Publisher { get; } = new();

    /// <summary>What is done about <see cref="Topics"/> that don't say it themselves, and about what subscriptions need.</summary>
    /// <value><see cref="TopologyMode.Declare"/>.</value>
    public TopologyMode Topology { get; set; } = TopologyMode.Declare;

    /// <summary>Topics that are made sure of when the application starts.</summary>
    public IList<TopicSpec> Topics { get; } = [];

    /// <summary>Longest wait for subscriptions to finish when the application stops; all stop at the same time, each waits for its own <see cref="SubscriptionOptions.DrainTimeout"/> where that is shorter.</summary>
    /// <value>25 seconds: below the 30 that a .NET host gives its services.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    internal void Validate() =>
        OptionsCheck.Require(ShutdownTimeout >= TimeSpan.Zero && ShutdownTimeout <= TimeSpan.FromDays(1), "MessagingOptions.ShutdownTimeout", ShutdownTimeout, "zero to a day");
}
