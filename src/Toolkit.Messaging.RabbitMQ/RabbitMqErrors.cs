using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>Translates what the client and the server say. Texts carry the server's reply, never the address's credentials.</summary>
internal static class RabbitMqErrors
{
    public const ushort ContentTooLarge = 311;
    public const ushort AccessRefused = 403;
    public const ushort NotFound = 404;
    public const ushort PreconditionFailed = 406;
    public const ushort FrameError = 501;
    public const ushort UnexpectedFrame = 505;
    public const ushort NotAllowed = 530;
    public const ushort NotImplemented = 540;
    public const ushort InternalError = 541;

    public static MessagingException OfConnect(Exception exception, RabbitMqOptions options)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationFailureException or PossibleAuthenticationFailureException)
            {
                return new AuthenticationException($"RabbitMQ at {options} did not accept the credentials: check RabbitMqOptions.UserName and Password.");
            }

            if (inner is System.Security.Authentication.AuthenticationException handshake)
            {
                return new AuthenticationException($"The TLS handshake with RabbitMQ at {options} failed: {handshake.Message} Check the server's certificate and RabbitMqOptions.ConfigureConnection (Ssl).");
            }

            if (inner is OperationInterruptedException { ShutdownReason.ReplyCode: AccessRefused or NotAllowed } refused)
            {
                return new AuthorizationException($"RabbitMQ at {options} refused the connection: {refused.ShutdownReason!.ReplyText}");
            }
        }

        return new BrokerUnavailableException($"RabbitMQ at {options} can't be reached: {Innermost(exception)}");
    }

    /// <summary>What a refused declaration or another request means.</summary>
    public static MessagingException OfRequest(Exception exception, string what, RabbitMqOptions options) => exception switch
    {
        MessagingException messaging => messaging,
        OperationInterruptedException { ShutdownReason: { } reason } => OfShutdown(reason, what),
        _ => new BrokerUnavailableException($"{what} failed at {options}: {Innermost(exception)}"),
    };

    public static MessagingException OfShutdown(ShutdownEventArgs reason, string what) => reason.ReplyCode switch
    {
        NotFound => new DestinationNotFoundException($"{what}: {reason.ReplyText}"),
        AccessRefused => new AuthorizationException($"{what}: {reason.ReplyText}"),
        PreconditionFailed => new TopologyMismatchException($"{what}: {reason.ReplyText}"),
        _ => new BrokerUnavailableException($"{what}: {reason.ReplyText}"),
    };

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }
}
