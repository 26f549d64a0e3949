using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// One life of a publishing channel and the messages on it that are not confirmed. Sequence numbers begin at 1 with each
/// channel, and the writer is alone on it, so the n-th publish has number n; they stand in a ring.
/// </summary>
internal sealed class RabbitMqPublishChannel
{
    private readonly Lock _gate = new();
    private readonly Durability _level;
    private readonly TimeProvider _time;
    private PublishRequest?[] _ring = new PublishRequest?[64];
    private HashSet<ulong>? _returned;
    private ulong _first = 1;
    private ulong _next = 1;
    private long _progressAt;
    private bool _answeredAny;
    private long? _refusedSince;
    private TaskCompletionSource? _empty;
    private bool _dead;

    public RabbitMqPublishChannel(IConnection connection, IChannel channel, Durability level, TimeProvider time)
    {
        Connection = connection;
        Channel = channel;
        _level = level;
        _time = time;
        channel.BasicAcksAsync += (_, args) => Confirm(args.DeliveryTag, args.Multiple, rejected: false);
        channel.BasicNacksAsync += (_, args) => Confirm(args.DeliveryTag, args.Multiple, rejected: true);
        channel.BasicReturnAsync += (_, args) => Return(args);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            SignalEmpty(always: true);
            return Task.CompletedTask;
        };
    }

    public IConnection Connection { get; }

    public IChannel Channel { get; }

    public bool IsOpen => Channel.IsOpen;

    /// <summary>Whether the server has confirmed or refused anything on this channel.</summary>
    public bool AnsweredAny
    {
        get
        {
            lock (_gate)
            {
                return _answeredAny;
            }
        }
    }

    /// <summary>Notes a message as sent, before it is: its confirm may come before the call returns.</summary>
    public void Add(PublishRequest request)
    {
        lock (_gate)
        {
            if (_next - _first == (ulong)_ring.Length)
            {
                Grow();
            }

            if (_next == _first)
            {
                _progressAt = _time.GetTimestamp();
            }

            _ring[_next & (ulong)(_ring.Length - 1)] = request;
            _next++;
        }
    }

    /// <summary>Completes when nothing is out any more, or this life has ended.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_gate)
        {
            return _dead || _next == _first ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Whether messages are out and nothing was confirmed for <paramref name="limit"/>, counted from <paramref name="since"/> at the earliest.</summary>
    public bool IsStuck(TimeSpan limit, long since)
    {
        lock (_gate)
        {
            return _next != _first && _time.GetElapsedTime(Math.Max(_progressAt, since)) > limit;
        }
    }

    /// <summary>Whether the server has refused everything that it has answered for at least <paramref name="limit"/>.</summary>
    public bool IsRefusedFor(TimeSpan limit)
    {
        lock (_gate)
        {
            return _refusedSince is { } since && _time.GetElapsedTime(since) >= limit;
        }
    }

    /// <summary>Ends this life: what is not confirmed and still waited for, in the order sent. Late confirms count no more.</summary>
    public List<PublishRequest> Close()
    {
        lock (_gate)
        {
            _dead = true;
            _empty?.TrySetResult();
            var left = new List<PublishRequest>();
            for (var i = _first; i < _next; i++)
            {
                if (_ring[i & (ulong)(_ring.Length - 1)] is { IsAbandoned: false } request)
                {
                    left.Add(request);
                }
            }

            return left;
        }
    }

    private Task Confirm(ulong tag, bool multiple, bool rejected)
    {
        lock (_gate)
        {
            if (_dead)
            {
                return Task.CompletedTask;
            }

            _answeredAny = true;
            _progressAt = _time.GetTimestamp();
            _refusedSince = rejected ? _refusedSince ?? _progressAt : null;
            for (var i = multiple ? _first : Math.Max(tag, _first); i <= tag && i < _next; i++)
            {
                ref var slot = ref _ring[i & (ulong)(_ring.Length - 1)];
                if (slot is { } request)
                {
                    slot = null;
                    Report(request, i, rejected);
                }
            }

            while (_first < _next && _ring[_first & (ulong)(_ring.Length - 1)] is null)
            {
                _first++;
            }
        }

        SignalEmpty(always: false);
        return Task.CompletedTask;
    }

    private void SignalEmpty(bool always)
    {
        lock (_gate)
        {
            if (always || _dead || _next == _first)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    // A publish reports to the core, which may go on with the next one: that only queues it for the writer, so the lock is fine.
    private void Report(PublishRequest request, ulong tag, bool rejected)
    {
        if (_returned is not null && _returned.Remove(tag))
        {
            request.Fail(new UnroutableException($"No queue takes message {request.MessageId} to exchange {request.Destination}: bind one (start a subscription once) before publishing.", request.MessageId));
        }
        else if (rejected)
        {
            request.Fail(new BrokerRejectedException($"RabbitMQ refused message {request.MessageId} to {request.Destination} (a negative acknowledgement: a queue is full or failing).", request.MessageId));
        }
        else
        {
            request.Succeed(_level);
        }
    }

    // The server returns a message before it confirms it, in the order of publishing, and names it by its properties alone.
    private Task Return(BasicReturnEventArgs args)
    {
        var id = args.BasicProperties.MessageId;
        lock (_gate)
        {
            for (var i = _first; i < _next; i++)
            {
                if (_ring[i & (ulong)(_ring.Length - 1)] is { } request && request.MessageId == id && RabbitMqHeaders.RoutingKey(request, out _) == args.RoutingKey && (_returned ??= []).Add(i))
                {
                    break;
                }
            }
        }

        return Task.CompletedTask;
    }

    private void Grow()
    {
        var larger = new PublishRequest?[_ring.Length * 2];
        for (var i = _first; i < _next; i++)
        {
            larger[i & (ulong)(larger.Length - 1)] = _ring[i & (ulong)(_ring.Length - 1)];
        }

        _ring = larger;
    }
}
