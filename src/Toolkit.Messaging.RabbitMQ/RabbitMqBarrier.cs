using RabbitMQ.Client;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// Completes when everything that the server had sent to a channel's consumers has reached them. The client hands the start
/// of a consumer to it through the same queue as deliveries, so a consumer of an empty queue of its own serves as the mark.
/// </summary>
internal sealed class RabbitMqBarrier(IChannel channel) : AsyncDefaultBasicConsumer(channel)
{
    private readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var queue = await Channel.QueueDeclareAsync(string.Empty, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        var tag = await Channel.BasicConsumeAsync(queue.QueueName, autoAck: true, this, cancellationToken).ConfigureAwait(false);
        await _passed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

        // The queue goes with its last consumer.
        await Channel.BasicCancelAsync(tag, noWait: false, cancellationToken).ConfigureAwait(false);
    }

    public override async Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        await base.HandleBasicConsumeOkAsync(consumerTag, cancellationToken).ConfigureAwait(false);
        _passed.TrySetResult();
    }

    public override async Task HandleChannelShutdownAsync(object channel, global::RabbitMQ.Client.Events.ShutdownEventArgs reason)
    {
        await base.HandleChannelShutdownAsync(channel, reason).ConfigureAwait(false);
        _passed.TrySetCanceled(CancellationToken.None);
    }
}
