using System.Globalization;
using Confluent.Kafka;

namespace Toolkit.Messaging.Kafka;

/// <content>Partitions come and go. All of it runs on the polling thread, inside the client's call.</content>
internal sealed partial class KafkaSubscription
{
    private bool _hasCommittedLast;

    private List<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        KafkaLog.Assigned(_clients.Logger, _request.Group, string.Join(", ", partitions));
        var assignments = new Dictionary<TopicPartition, PartitionAssignment>(_assignments);
        foreach (var partition in partitions)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}[{partition.Partition.Value}]/{_request.Group}#{++_epoch}");
            assignments[partition] = new PartitionAssignment(partition, _sink.OpenLease(name), partition.Topic == _retryTopic);
        }

        Volatile.Write(ref _assignments, assignments);
        _hasNewPartitions = true;
        var positions = partitions.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.Unset));
        if (_request.Start == StartPosition.Latest && !_joined.Task.IsCompleted)
        {
            positions = StartFromNow(partitions);
        }

        _health.OnSuccess();
        _joined.TrySetResult();
        return positions;
    }

    // "From now on" is fixed with the first assignment. Left to the client, it would be whenever the first fetch or, after a
    // crash before the first commit, the next member comes: what was published in between would be skipped. Where it can't be
    // fixed, subscribing fails.
    private List<TopicPartitionOffset> StartFromNow(List<TopicPartition> partitions)
    {
        var timeout = _clients.Options.AdminTimeout;
        try
        {
            var positions = _consumer.Committed(partitions, timeout)
                .Select(committed => committed.Offset == Offset.Unset
                    ? new TopicPartitionOffset(committed.TopicPartition, _consumer.QueryWatermarkOffsets(committed.TopicPartition, timeout).High)
                    : committed)
                .ToList();
            if (positions.Count > 0)
            {
                _consumer.Commit(positions);
            }

            return positions;
        }
        catch (KafkaException error)
        {
            End(KafkaErrors.ForRequest(error.Error, $"Starting group {_request.Group} at the end of {_request.Topic}"));
            return partitions.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.End));
        }
    }

    private void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        KafkaLog.Revoked(_clients.Logger, _request.Group, string.Join(", ", partitions.Select(static partition => partition.TopicPartition)));
        var taken = Find(partitions);

        // The group waits with handing the partitions on until this call returns: so it has to block, on a thread that is there
        // for nothing else, until the handlers are through.
        Task.WhenAll(taken.Select(assignment => assignment.Lease.RevokeAsync(_request.DrainTimeout, CancellationToken.None).AsTask())).GetAwaiter().GetResult();
        foreach (var assignment in taken)
        {
            Close(assignment);
        }

        var positions = SettledPositions(taken);
        positions.ForEach(Store);
        Forget(taken);
        if (!_hasCommittedLast)
        {
            TryCommit(positions, out _);
        }
    }

    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        KafkaLog.Lost(_clients.Logger, _request.Group, string.Join(", ", partitions.Select(static partition => partition.TopicPartition)));
        var taken = Find(partitions);
        foreach (var assignment in taken)
        {
            // Someone else may have them already: nothing of this assignment is committed any more.
            assignment.Lease.Lose();
            Close(assignment);
        }

        Forget(taken);
    }

    private void OnCommitted(CommittedOffsets offsets)
    {
        if (offsets.Error.IsError && offsets.Error.Code != ErrorCode.Local_NoOffset)
        {
            KafkaLog.CommitFailed(_clients.Logger, _request.Group, offsets.Error.Reason);
        }
    }

    // Before leaving the group. While it gives its partitions out anew, which may begin at any time, the broker refuses what this
    // member commits, although it keeps its partitions: that passes with the polling, and closing would not wait for it.
    private void CommitLast()
    {
        PauseAll();
        var start = _time.GetTimestamp();
        while (!TryCommit(SettledPositions(_assignments.Values), out var isRebalancing) && isRebalancing && _time.GetElapsedTime(start) < _clients.Options.RequestTimeout * 2)
        {
            Fetch(0, s_poll);
        }

        _hasCommittedLast = true;
    }

    private static List<TopicPartitionOffset> SettledPositions(IEnumerable<PartitionAssignment> assignments)
    {
        var positions = new List<TopicPartitionOffset>();
        foreach (var assignment in assignments)
        {
            if (assignment.Tracker.SettledPosition is { } position)
            {
                positions.Add(new TopicPartitionOffset(assignment.Partition, position));
            }
        }

        return positions;
    }

    private bool TryCommit(List<TopicPartitionOffset> positions, out bool isRebalancing)
    {
        isRebalancing = false;
        if (positions.Count == 0)
        {
            return true;
        }

        try
        {
            _consumer.Commit(positions);
            return true;
        }
        catch (KafkaException error)
        {
            // The next owner begins at the last commit: at least once.
            KafkaLog.CommitFailed(_clients.Logger, _request.Group, error.Error.Reason);
            isRebalancing = error.Error.Code is ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress;
            return false;
        }
    }

    private void Close(PartitionAssignment assignment)
    {
        Interlocked.Add(ref _inFlight, -assignment.Tracker.Close());
        assignment.Held.Clear();
        _room.Set();
    }

    private PartitionAssignment[] Find(List<TopicPartitionOffset> partitions) =>
        [.. partitions.Select(partition => _assignments.GetValueOrDefault(partition.TopicPartition)).OfType<PartitionAssignment>()];

    private void Forget(PartitionAssignment[] taken)
    {
        var assignments = new Dictionary<TopicPartition, PartitionAssignment>(_assignments);
        foreach (var assignment in taken)
        {
            assignments.Remove(assignment.Partition);
        }

        Volatile.Write(ref _assignments, assignments);
    }
}
