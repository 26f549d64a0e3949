using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>A request that the client has, with the delegate the client calls about it. Reused: a message allocates neither.</summary>
internal sealed class PendingProduce
{
    private readonly KafkaProducer _producer;
    private PublishRequest? _request;

    public PendingProduce(KafkaProducer producer)
    {
        _producer = producer;
        Handler = OnReport;
    }

    public Action<DeliveryReport<byte[]?, byte[]>> Handler { get; }

    public void Set(PublishRequest request) => _request = request;

    /// <summary>Takes the request; whoever gets it, and no one else, reports its end.</summary>
    public PublishRequest? Take() => Interlocked.Exchange(ref _request, null);

    private void OnReport(DeliveryReport<byte[]?, byte[]> report)
    {
        var request = Take();
        _producer.Return(this);
        if (request is not null)
        {
            _producer.Report(request, report);
        }
    }
}
