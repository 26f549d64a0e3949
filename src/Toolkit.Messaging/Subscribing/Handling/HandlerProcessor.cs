using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class HandlerProcessor<T>(
    SubscriptionOptions options,
    IMessageTransport transport,
    IMessageSerializer serializer,
    DeadLetterWriter deadLetters,
    Func<MessageContext<T>, CancellationToken, ValueTask<Settlement>> handler,
    TimeProvider time,
    ILogger logger) : DeliveryProcessor(options, transport, deadLetters, time, logger)
{
    private readonly string _group = options.Group;

    protected override ValueTask<Settlement> InvokeAsync(TransportDelivery delivery, CancellationToken cancellationToken)
    {
        T message;
        try
        {
            message = serializer.Deserialize<T>(delivery.Body);
        }
        catch (SerializationException exception)
        {
            // Told apart from what the handler itself could not serialise.
            throw new UnreadableBodyException(exception);
        }

        return handler(new MessageContext<T>(message, delivery, _group), cancellationToken);
    }
}
