using RabbitMQ.Client;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// Settles deliveries of one channel. While one acknowledgement is being written others gather, and go out together: all up to
/// the lowest delivery that is still open with one <c>basic.ack</c> (multiple), those above it each with its own.
/// </summary>
internal sealed class RabbitMqSettlements(IChannel channel, Action<Exception> failed) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<ulong> _acks = [];
    private List<ulong> _nacks = [];
    private List<ulong> _spareAcks = [];
    private List<ulong> _spareNacks = [];
    private RabbitMqDelivery? _head;
    private RabbitMqDelivery? _tail;
    private TaskCompletionSource? _flushed;
    private bool _writing;
    private bool _closed;

    /// <summary>Deliveries that are not settled.</summary>
    public int Outstanding { get; private set; }

    public void Add(RabbitMqDelivery delivery)
    {
        lock (_gate)
        {
            delivery.IsOutstanding = true;
            delivery.Previous = _tail;
            if (_tail is null)
            {
                _head = delivery;
            }
            else
            {
                _tail.Next = delivery;
            }

            _tail = delivery;
            Outstanding++;
        }
    }

    /// <summary>False where the channel is gone, or the delivery was settled before.</summary>
    public bool TrySettle(RabbitMqDelivery delivery, bool requeue)
    {
        bool start;
        lock (_gate)
        {
            if (_closed || !delivery.IsOutstanding)
            {
                return false;
            }

            Unlink(delivery);
            (requeue ? _nacks : _acks).Add(delivery.Tag);
            start = !_writing;
            _writing = true;
        }

        if (start)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return true;
    }

    /// <summary>Completes when all that was settled before has been handed to the client.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return _writing && !_closed ? (_flushed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    /// <summary>The channel is gone: nothing can be settled any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _head = _tail = null;
            Outstanding = 0;
            _flushed?.TrySetResult();
        }
    }

    public void Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                List<ulong> acks;
                List<ulong> nacks;
                ulong lowestOpen;
                lock (_gate)
                {
                    if (_closed || (_acks.Count == 0 && _nacks.Count == 0))
                    {
                        _writing = false;
                        _flushed?.TrySetResult();
                        _flushed = null;
                        return;
                    }

                    (acks, _acks, _spareAcks) = (_acks, _spareAcks, _acks);
                    (nacks, _nacks, _spareNacks) = (_nacks, _spareNacks, _nacks);
                    lowestOpen = _head?.Tag ?? ulong.MaxValue;
                }

                await WriteAsync(acks, nacks, lowestOpen).ConfigureAwait(false);
                acks.Clear();
                nacks.Clear();
            }
        }
        catch (Exception exception)
        {
            failed(exception); // ends the channel, and with it this
        }
    }

    private async ValueTask WriteAsync(List<ulong> acks, List<ulong> nacks, ulong lowestOpen)
    {
        // First: an acknowledgement of several would take these along.
        foreach (var tag in nacks)
        {
            await channel.BasicNackAsync(tag, multiple: false, requeue: true).ConfigureAwait(false);
        }

        // The highest one below what is still open stands for all below it, which are settled too, now or earlier.
        ulong through = 0;
        foreach (var tag in acks)
        {
            through = tag < lowestOpen && tag > through ? tag : through;
        }

        if (through > 0)
        {
            await channel.BasicAckAsync(through, multiple: true).ConfigureAwait(false);
        }

        foreach (var tag in acks)
        {
            if (tag > through)
            {
                await channel.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
            }
        }
    }

    private void Unlink(RabbitMqDelivery delivery)
    {
        delivery.IsOutstanding = false;
        if (delivery.Previous is null)
        {
            _head = delivery.Next;
        }
        else
        {
            delivery.Previous.Next = delivery.Next;
        }

        if (delivery.Next is null)
        {
            _tail = delivery.Previous;
        }
        else
        {
            delivery.Next.Previous = delivery.Previous;
        }

        delivery.Previous = delivery.Next = null;
        Outstanding--;
    }
}
