using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>A message on its way from the spool to the broker.</summary>
internal sealed class ForwardRequest : PublishRequest
{
    private readonly TaskCompletionSource<MessagingException?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _abandoned;

    public ForwardRequest(SpooledMessage message)
    {
        Message = message;
        Destination = message.Destination;
        MessageId = message.MessageId;
        Key = message.Key;
        Body = message.Body;
        ContentType = message.ContentType;
        Headers = SpoolHeaders.Read(message.Headers);
        TraceParent = message.TraceParent;
        TraceState = message.TraceState;
        Timestamp = message.Timestamp;
    }

    public SpooledMessage Message { get; }

    /// <summary>Null when the broker has the message.</summary>
    public Task<MessagingException?> Done => _done.Task;

    public override bool IsAbandoned => _abandoned;

    public void Abandon() => _abandoned = true;

    public override bool TryMarkSent() => !_abandoned;

    public override void Succeed(Durability level, int? partition, long? offset) => _done.TrySetResult(null);

    public override void Fail(MessagingException error) => _done.TrySetResult(error);
}
