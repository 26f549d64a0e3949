using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>Messages that have to be handled one after the other. Guarded by the executor's lock.</summary>
internal sealed class DeliveryLane(string key)
{
    private Queue<TransportDelivery>? _behind;

    public string Key { get; } = key;

    /// <summary>Set when a message of the lane was given back: what is behind it must not overtake it.</summary>
    public bool Broken { get; set; }

    public void Enqueue(TransportDelivery delivery) => (_behind ??= new()).Enqueue(delivery);

    public TransportDelivery? Dequeue() => _behind is not null && _behind.TryDequeue(out var next) ? next : null;
}
