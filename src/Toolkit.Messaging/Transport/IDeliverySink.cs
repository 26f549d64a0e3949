namespace Toolkit.Messaging.Transport;

/// <summary>Where a transport puts what it received; implemented by the core.</summary>
public interface IDeliverySink
{
    /// <summary>
    /// Opens a lease: the right to settle a range of deliveries (an assignment of a partition, a channel). See
    /// <see cref="DeliveryLease"/>.
    /// </summary>
    /// <param name="name">For logs, such as <c>orders[3]#7</c>.</param>
    /// <returns>The lease.</returns>
    DeliveryLease OpenLease(string name);

    /// <summary>
    /// Hands over deliveries, in order. Never blocks and never runs a handler on the calling thread. The transport keeps the
    /// number of unsettled deliveries at or below <see cref="TransportSubscriptionRequest.MaxInFlight"/>.
    /// </summary>
    /// <param name="deliveries">The deliveries, each with its lease.</param>
    void Deliver(ReadOnlySpan<TransportDelivery> deliveries);

    /// <summary>Tells that the subscription can't go on (credentials, a deleted topic, a fatal client error).</summary>
    /// <param name="error">Why.</param>
    void Fault(MessagingException error);
}
