namespace Toolkit.Messaging;

/// <summary>
/// Where a message goes: a topic (Kafka), an exchange (RabbitMQ), a topic of the in-memory broker. A string converts to it.
/// </summary>
/// <param name="Name">Name of the topic or exchange.</param>
/// <param name="RoutingKey">
/// Routing key of an exchange; brokers without routing keys refuse it with <see cref="CapabilityNotSupportedException"/>.
/// It is not the message's key, which decides about partition and order.
/// </param>
public readonly record struct Destination(string Name, string? RoutingKey = null)
{
    /// <summary>The destination named <paramref name="name"/>, without a routing key.</summary>
    /// <param name="name">Name of the topic or exchange.</param>
    public static implicit operator Destination(string name) => new(name);

    /// <summary>The destination named <paramref name="name"/>, without a routing key.</summary>
    /// <param name="name">Name of the topic or exchange.</param>
    /// <returns>The destination.</returns>
    public static Destination FromString(string name) => new(name);

    /// <inheritdoc/>
    public override string ToString() => RoutingKey is null ? Name : $"{Name}/{RoutingKey}";
}
