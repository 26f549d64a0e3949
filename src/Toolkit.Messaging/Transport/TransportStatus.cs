namespace Toolkit.Messaging.Transport;

/// <summary>What a transport's connections can do now.</summary>
public enum TransportStatus
{
    /// <summary>Not used yet: nothing is known.</summary>
    Idle = 0,

    /// <summary>Connected.</summary>
    Connected = 1,

    /// <summary>The broker is away; the transport tries again by itself.</summary>
    Reconnecting = 2,

    /// <summary>The transport doesn't try any more, such as after wrong credentials.</summary>
    Failed = 3,
}
