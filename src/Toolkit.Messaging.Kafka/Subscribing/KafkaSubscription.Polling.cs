using System.Text;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

internal sealed partial class KafkaSubscription
{
    private const int MaxBatch = 256;
    private const int FullTurnsUntilPause = 20;
    private const int MaxHeldRetries = 1_000;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_storeInterval = TimeSpan.FromMilliseconds(50);
    private readonly TransportDelivery[] _batch = new TransportDelivery[MaxBatch];
    private long _storedAt;
    private int _fullTurns;
    private bool _isAllPaused;
    private bool _hasNewPartitions;

    private void Run()
    {
        try
        {
            _consumer.Subscribe(_retryTopic is null ? [_request.Topic] : [_request.Topic, _retryTopic]);
            while (!_isClosing)
            {
                Turn();
            }
        }
        catch (Exception exception)
        {
            KafkaLog.SubscriptionEnded(_clients.Logger, exception, _request.Group);
            End(exception is KafkaException kafka
                ? KafkaErrors.ForRequest(kafka.Error, $"Subscription of {_request.Group} to {_request.Topic}")
                : new BrokerUnavailableException($"The subscription of {_request.Group} to {_request.Topic} has ended.", null, exception));
        }

        Leave();
    }

    // Polling goes on whatever handlers do: the group would take the partitions of a member that doesn't poll.
    private void Turn()
    {
        StorePositions();
        DeliverHeld();
        ResumePartitions();
        if (_isStopping)
        {
            PauseAll();
            _stopped.TrySetResult();
            Fetch(0, s_poll);
            return;
        }

        var room = _request.MaxInFlight - Volatile.Read(ref _inFlight);
        if (_isAllPaused && room >= RoomWorthWaking)
        {
            ResumeAll();
        }

        if (room > 0 && !_isAllPaused)
        {
            _fullTurns = 0;
            Fetch(Math.Min(room, MaxBatch), s_poll);
            return;
        }

        WaitForRoom();
        if (!_isAllPaused && Volatile.Read(ref _inFlight) >= _request.MaxInFlight && ++_fullTurns >= FullTurnsUntilPause)
        {
            // Pausing throws away what was fetched ahead, and it has to be fetched again: only who stays full for a second is
            // worth it. Until then nobody misses the polling.
            PauseAll();
        }

        if (_isAllPaused)
        {
            Fetch(0, TimeSpan.Zero);
        }
    }

    // More than one free place, so that the polling thread is not woken for each message.
    private int RoomWorthWaking => Math.Max(1, _request.MaxInFlight / 4);

    private void WaitForRoom()
    {
        _room.Reset();
        if (Volatile.Read(ref _inFlight) > _request.MaxInFlight - RoomWorthWaking)
        {
            _room.Wait(s_poll);
        }
    }

    private void Fetch(int most, TimeSpan wait)
    {
        var count = 0;
        try
        {
            for (var result = Consume(wait); result is not null; result = count < most ? Consume(TimeSpan.Zero) : null)
            {
                if (result.IsPartitionEOF)
                {
                    _assignments.GetValueOrDefault(result.TopicPartition)?.Tracker.SkipTo(result.Offset.Value);
                    continue;
                }

                if (count >= most || _isStopping)
                {
                    // A message of a partition that came with this very call: to be read again when there is room.
                    PutBack(result);
                    break;
                }

                if (Take(result) is { } delivery)
                {
                    _batch[count++] = delivery;
                }
            }
        }
        finally
        {
            if (count > 0)
            {
                _health.OnSuccess();
                _sink.Deliver(_batch.AsSpan(0, count));
                Array.Clear(_batch, 0, count);
            }
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan wait)
    {
        try
        {
            var result = _consumer.Consume(wait);
            if (_hasNewPartitions)
            {
                _hasNewPartitions = false;
                if (_isAllPaused)
                {
                    _consumer.Pause(_consumer.Assignment);
                }
            }

            return result;
        }
        catch (ConsumeException exception)
        {
            OnConsumeError(exception.Error);
            return null;
        }
    }

    private void OnConsumeError(Error error)
    {
        KafkaLog.ClientError(_clients.Logger, error.Code, error.Reason);
        var isForGood = error.IsFatal || KafkaErrors.IsAuthentication(error)
            || error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;
        if (isForGood)
        {
            End(KafkaErrors.ForRequest(error, $"Subscription of {_request.Group} to {_request.Topic}"));
        }
        else
        {
            LookForTopic(error);
        }
    }

    private KafkaDelivery? Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (!_assignments.TryGetValue(result.TopicPartition, out var assignment))
        {
            return null;
        }

        var number = assignment.Tracker.Track(result.Offset.Value);
        var delivery = KafkaMessages.Read(result, this, assignment, number, _request.Topic, out var due);
        if (assignment.Tracker.Gap >= _request.MaxUncommittedGap)
        {
            Pause(assignment);
        }

        if (due > _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            assignment.Held.Enqueue(delivery, due);
            if (assignment.Held.Count >= MaxHeldRetries)
            {
                Pause(assignment);
            }

            return null;
        }

        return Admit(assignment) ? delivery : null;
    }

    private bool Admit(PartitionAssignment assignment)
    {
        if (!assignment.Tracker.Deliver())
        {
            return false;
        }

        Interlocked.Increment(ref _inFlight);
        return true;
    }

    private void DeliverHeld()
    {
        if (_retryTopic is null || _isStopping)
        {
            return;
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var assignment in _assignments.Values)
        {
            while (Volatile.Read(ref _inFlight) < _request.MaxInFlight && assignment.Held.TryPeek(out var delivery, out var due) && due <= now)
            {
                assignment.Held.Dequeue();
                if (Admit(assignment))
                {
                    _sink.Deliver([delivery]);
                }
            }
        }
    }

    private void PutBack(ConsumeResult<byte[]?, byte[]?> result)
    {
        try
        {
            _consumer.Seek(result.TopicPartitionOffset);
            if (_isAllPaused)
            {
                _consumer.Pause([result.TopicPartition]);
            }
        }
        catch (KafkaException error)
        {
            // The partition is gone: whoever has it now reads the message.
            KafkaLog.ClientError(_clients.Logger, error.Error.Code, error.Error.Reason);
        }
    }

    private void Pause(PartitionAssignment assignment)
    {
        if (!assignment.IsPaused)
        {
            assignment.IsPaused = true;
            _consumer.Pause([assignment.Partition]);
        }
    }

    private void ResumePartitions()
    {
        foreach (var assignment in _assignments.Values)
        {
            if (assignment.IsPaused && assignment.Tracker.Gap <= _request.MaxUncommittedGap / 2 && assignment.Held.Count <= MaxHeldRetries / 2)
            {
                assignment.IsPaused = false;
                if (!_isAllPaused)
                {
                    _consumer.Resume([assignment.Partition]);
                }
            }
        }
    }

    private void PauseAll()
    {
        if (!_isAllPaused)
        {
            _isAllPaused = true;
            _consumer.Pause(_consumer.Assignment);
        }
    }

    private void ResumeAll()
    {
        _isAllPaused = false;
        _consumer.Resume(_assignments.Values.Where(static assignment => !assignment.IsPaused).Select(static assignment => assignment.Partition));
    }

    // The client commits what is stored, and tries again what could not be committed, on its own schedule.
    private void StorePositions()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_storedAt, now) < s_storeInterval)
        {
            return;
        }

        _storedAt = now;
        foreach (var assignment in _assignments.Values)
        {
            if (assignment.Tracker.TryTakePosition(out var position))
            {
                Store(new TopicPartitionOffset(assignment.Partition, position));
            }
        }
    }

    private void Store(TopicPartitionOffset position)
    {
        try
        {
            _consumer.StoreOffset(position);
        }
        catch (KafkaException error)
        {
            KafkaLog.CommitFailed(_clients.Logger, _request.Group, error.Error.Reason);
        }
    }

    private void Leave()
    {
        foreach (var assignment in _assignments.Values)
        {
            assignment.Lease.Lose();
        }

        try
        {
            CommitLast();
        }
        catch (KafkaException error)
        {
            KafkaLog.CommitFailed(_clients.Logger, _request.Group, error.Error.Reason);
        }

        try
        {
            // Gives all partitions back, and tells the group.
            _consumer.Close();
        }
        catch (KafkaException error)
        {
            KafkaLog.CommitFailed(_clients.Logger, _request.Group, error.Error.Reason);
        }
        finally
        {
            _consumer.Dispose();
            _joined.TrySetCanceled();
            _stopped.TrySetResult();
            _ended.TrySetResult();
        }
    }
}
