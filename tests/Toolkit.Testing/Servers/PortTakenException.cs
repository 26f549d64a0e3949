namespace Toolkit.Testing.Servers;

/// <summary>Another process took one of the server's ports between the choice and the start.</summary>
internal sealed class PortTakenException(string message) : ServerException(message);
