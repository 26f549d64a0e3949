namespace Toolkit.Testing.Servers;

/// <summary>A server of the tests did not start, did not answer or did not stop; the message holds its last log lines.</summary>
public class ServerException : Exception
{
    public ServerException(string message)
        : base(message)
    {
    }

    public ServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
