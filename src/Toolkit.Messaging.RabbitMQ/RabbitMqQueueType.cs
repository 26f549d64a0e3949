namespace Toolkit.Messaging.RabbitMQ;

/// <summary>Kind of the queues that subscriptions declare.</summary>
public enum RabbitMqQueueType
{
    /// <summary>Replicated; confirmed by a majority; counts redeliveries. The default.</summary>
    Quorum = 0,

    /// <summary>Durable, on one node; knows only whether a message was delivered before, not how often.</summary>
    Classic = 1,
}
