using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <content>Lanes: where a delivery goes, what comes after it, and what waits for its next attempt. All under the lock.</content>
internal sealed partial class DeliveryExecutor
{
    private void Accept(TransportDelivery delivery)
    {
        if (_draining)
        {
            GiveBack(delivery);
            return;
        }

        var key = _options.Ordering switch
        {
            Ordering.PerKey => delivery.Key,
            Ordering.Strict => delivery.Partition is { } p ? PartitionNames.Of(p) : string.Empty,
            _ => null,
        };
        if (key is not null)
        {
            if (_lanes.TryGetValue(key, out var lane))
            {
                delivery.Lane = lane;
                lane.Enqueue(delivery);
                Busy(lane);
                return;
            }

            delivery.Lane = new DeliveryLane(key);
            _lanes.Add(key, delivery.Lane);
            Busy(delivery.Lane);
        }

        _ready.Enqueue(delivery);
    }

    private void ContinueLane(TransportDelivery done)
    {
        if (done.Lane is not { } lane)
        {
            return;
        }

        if (lane.Dequeue() is { } next)
        {
            _ready.Enqueue(next);
        }
        else
        {
            Remove(lane);
        }
    }

    // Gives a delivery back, and with it all that must not overtake it.
    private void ReturnLane(TransportDelivery delivery)
    {
        for (var next = delivery; next is not null; next = delivery.Lane?.Dequeue())
        {
            GiveBack(next);
        }

        if (delivery.Lane is { } lane)
        {
            Remove(lane);
        }
    }

    private void Remove(DeliveryLane lane)
    {
        _lanes.Remove(lane.Key);
        if (_appetite.BusyKey == lane.Key)
        {
            _appetite.BusyKey = null;
        }
    }

    // Strict lanes are partitions: a publisher knows its message's key alone.
    private void Busy(DeliveryLane lane)
    {
        if (_options.Ordering == Ordering.PerKey)
        {
            _appetite.BusyKey = lane.Key;
        }
    }

    private void GiveBack(TransportDelivery delivery)
    {
        var task = _processor.GiveBackAsync(delivery);
        if (!task.IsCompletedSuccessfully)
        {
            _givingBack.Add(task);
        }

        Forget();
    }

    private void Forget()
    {
        _processor.OnLeft();
        if (--_outstanding == 0 && _draining)
        {
            _drained?.TrySetResult();
        }
    }

    private void Park(TransportDelivery delivery, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero || delivery.Lease.IsClosed)
        {
            _ready.Enqueue(delivery);
            return;
        }

        // A timer of zero length could fire before it is in the table; it takes the lock, so it waits for us.
        _parked.Add(delivery, _time.CreateTimer(static state =>
        {
            var (self, delivery) = ((DeliveryExecutor, TransportDelivery))state!;
            self.Unpark(delivery);
        }, (this, delivery), delay, Timeout.InfiniteTimeSpan));
    }

    private void Unpark(TransportDelivery delivery)
    {
        lock (_gate)
        {
            if (!_parked.Remove(delivery, out var timer))
            {
                return;
            }

            timer.Dispose();
            _ready.Enqueue(delivery);
            WakeNext();
        }
    }
}
