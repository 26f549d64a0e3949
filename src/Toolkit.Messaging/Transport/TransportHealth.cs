namespace Toolkit.Messaging.Transport;

/// <summary>The state of a transport's connections.</summary>
/// <param name="Status">What the connections can do now.</param>
/// <param name="Description">For people; free of credentials.</param>
public readonly record struct TransportHealth(TransportStatus Status, string Description);
