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

    protected override ValueTask<Settlement> InvokeAsync(TransportDelivery delivery, CancellationToken cancellationToken) =>
        handler(new MessageContext<T>(serializer.Deserialize<T>(delivery.Body), delivery, _group), cancellationToken);
}
