using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>A publish that went to the broker directly. Whoever is first ends it: the broker's answer, or the spool's patience.</summary>
internal sealed class DirectRequest : PublishRequest
{
    private readonly SpoolTransport _owner;
    private int _taken;

    public DirectRequest(SpoolTransport owner, PublishRequest outer, long startedAt)
    {
        _owner = owner;
        Outer = outer;
        StartedAt = startedAt;
        Destination = outer.Destination;
        MessageId = outer.MessageId;
        Key = outer.Key;
        Body = outer.Body;
        ContentType = outer.ContentType;
        Headers = outer.Headers;
        TraceParent = outer.TraceParent;
        TraceState = outer.TraceState;
        Timestamp = outer.Timestamp;
    }

    public PublishRequest Outer { get; }

    public long StartedAt { get; }

    public override bool IsAbandoned => Volatile.Read(ref _taken) != 0 || Outer.IsAbandoned;

    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    public override bool TryMarkSent() => Volatile.Read(ref _taken) == 0 && Outer.TryMarkSent();

    public override void Succeed(Durability level, int? partition, long? offset)
    {
        if (TryTake())
        {
            _owner.Left(this);
            Outer.Succeed(level, partition, offset);
        }
    }

    public override void Fail(MessagingException error)
    {
        if (error.IsTransient && error is not BrokerRejectedException)
        {
            _owner.SpoolDirect(); // which takes this one too, in its place among the others
        }
        else if (TryTake())
        {
            _owner.Left(this);
            Outer.Fail(error);
        }
    }
}
