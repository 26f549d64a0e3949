namespace Toolkit.Testing.Proxies;

/// <summary>One of the two that a <see cref="TcpProxy"/> stands between.</summary>
public enum TcpPeer
{
    /// <summary>Who connected to the proxy.</summary>
    Client,

    /// <summary>Whom the proxy connected to.</summary>
    Server,
}
