using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

internal sealed partial class KafkaSubscription
{
    public async ValueTask RetryLaterAsync(TransportDelivery delivery, TimeSpan delay, int nextAttempt, CancellationToken cancellationToken)
    {
        var failed = (KafkaDelivery)delivery;
        var due = _time.GetUtcNow().Add(delay).ToUnixTimeMilliseconds();

        // Stored first, settled then: a crash in between delivers it twice, the other way round it would be lost.
        await _producer().SendAsync(_retryTopic!, KafkaMessages.CreateRetry(failed, nextAttempt, due), cancellationToken).ConfigureAwait(false);
        failed.Settle();
    }

    public async ValueTask<long?> GetLagAsync(CancellationToken cancellationToken)
    {
        try
        {
            var ends = new Dictionary<TopicPartition, long>();
            foreach (var topic in _retryTopic is null ? (string[])[_request.Topic] : [_request.Topic, _retryTopic])
            {
                foreach (var (partition, offset) in await _topology.ListOffsetsAsync(topic, OffsetSpec.Latest(), cancellationToken).ConfigureAwait(false))
                {
                    ends[partition] = offset;
                }
            }

            return await CountBehindAsync(ends, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is MessagingException or ObjectDisposedException)
        {
            KafkaLog.LagUnknown(_clients.Logger, _request.Group, error.Message);
            return null;
        }
    }

    private async Task<long> CountBehindAsync(Dictionary<TopicPartition, long> ends, CancellationToken cancellationToken)
    {
        var assignments = Volatile.Read(ref _assignments);
        var lag = 0L;
        var unknown = new List<TopicPartition>();
        foreach (var (partition, end) in ends.Where(static end => end.Value > 0))
        {
            // A partition of this member: its tracker is ahead of what is committed.
            if (assignments.TryGetValue(partition, out var assignment) && assignment.Tracker.Position is { } position)
            {
                lag += Math.Max(0, end - position);
            }
            else
            {
                unknown.Add(partition);
            }
        }

        if (unknown.Count == 0)
        {
            return lag;
        }

        var committed = await _topology.ListCommittedAsync(_request.Group, unknown, cancellationToken).ConfigureAwait(false);
        Dictionary<TopicPartition, long>? oldest = null;
        foreach (var partition in unknown)
        {
            if (committed.TryGetValue(partition, out var position))
            {
                lag += Math.Max(0, ends[partition] - position);
            }
            else if (_request.Start != StartPosition.Latest || partition.Topic == _retryTopic)
            {
                oldest ??= await ListOldestAsync(unknown, cancellationToken).ConfigureAwait(false);
                lag += Math.Max(0, ends[partition] - oldest.GetValueOrDefault(partition));
            }
        }

        return lag;
    }

    private async Task<Dictionary<TopicPartition, long>> ListOldestAsync(List<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var oldest = new Dictionary<TopicPartition, long>();
        foreach (var topic in partitions.Select(static partition => partition.Topic).Distinct())
        {
            foreach (var (partition, offset) in await _topology.ListOffsetsAsync(topic, OffsetSpec.Earliest(), cancellationToken).ConfigureAwait(false))
            {
                oldest[partition] = offset;
            }
        }

        return oldest;
    }
}
