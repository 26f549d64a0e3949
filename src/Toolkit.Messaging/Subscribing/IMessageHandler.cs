namespace Toolkit.Messaging;

/// <summary>Handles messages of one type; resolved from a scope of its own for each message.</summary>
/// <typeparam name="T">Type of the message.</typeparam>
public interface IMessageHandler<T>
{
    /// <summary>Handles one message. Delivery is at least once: the same message may come again.</summary>
    /// <param name="context">The message and what is known about it.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the handler takes longer than <see cref="SubscriptionOptions.MaxHandlerDuration"/>, when the right to
    /// settle the message is lost, and when the drain time-out is over.
    /// </param>
    /// <returns>What to do with the message; an exception counts as <see cref="Settlement.Retry"/>.</returns>
    ValueTask<Settlement> HandleAsync(MessageContext<T> context, CancellationToken cancellationToken);
}
