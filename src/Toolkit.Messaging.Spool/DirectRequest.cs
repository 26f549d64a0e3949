using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>A publish that went to the broker directly. Whoever is first ends it: the broker's answer, or the spool's patience.</summary>
/// <remarks>
/// It has copies of body and headers: when the spool has taken the publish, its caller goes on and may use its buffers again,
/// while the client may still be writing this one.
/// </remarks>
internal sealed class DirectRequest : PublishRequest
{
    private readonly SpoolTransport _owner;
    private volatile bool _taken;
    private volatile bool _sent;

    public DirectRequest(SpoolTransport owner, PublishRequest outer, long startedAt)
    {
        _owner = owner;
        Node = new LinkedListNode<DirectRequest>(this);
        Outer = outer;
        StartedAt = startedAt;
        Destination = outer.Destination;
        MessageId = outer.MessageId;
        Key = outer.Key;
        Body = outer.Body.ToArray();
        ContentType = outer.ContentType;
        Headers = outer.Headers.Count == 0 ? MessageHeaders.Empty : MessageHeaders.FromOwned([.. outer.Headers.Select(h => new MessageHeader(h.Name, h.Value.ToArray()))]);
        TraceParent = outer.TraceParent;
        TraceState = outer.TraceState;
        Timestamp = outer.Timestamp;
    }

    /// <summary>Its place among those on their way.</summary>
    public LinkedListNode<DirectRequest> Node { get; }

    public PublishRequest Outer { get; }

    public long StartedAt { get; }

    /// <summary>Whether the broker may have it.</summary>
    public bool WasSent => _sent;

    public override bool IsAbandoned => _taken || Outer.IsAbandoned;

    /// <summary>Claims the end, under the owner's lock.</summary>
    public bool TryTake()
    {
        var first = !_taken;
        _taken = true;
        return first;
    }

    // Under the owner's lock, as taking is: the outer request may be another publish once this one is taken.
    public override bool TryMarkSent() => _owner.TryMarkSent(this);

    /// <summary>As <see cref="TryMarkSent"/>, under the owner's lock.</summary>
    public bool TryMarkOuterSent()
    {
        if (_taken || !Outer.TryMarkSent())
        {
            return false;
        }

        _sent = true;
        return true;
    }

    public override void Succeed(Durability level, int? partition, long? offset)
    {
        if (_owner.TryLeave(this))
        {
            Outer.Succeed(level, partition, offset);
        }
    }

    public override void Fail(MessagingException error)
    {
        if (error.IsTransient && error is not BrokerRejectedException)
        {
            _owner.SpoolDirect(); // which takes this one too, in its place among the others
        }
        else if (_owner.TryLeave(this))
        {
            Outer.Fail(error);
        }
    }
}
