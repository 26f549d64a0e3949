using System.Buffers;
using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// One publish from the call to its end, reused. Life: waiting (for room in the window), admitted (given to the transport),
/// sent (handed to the client), done. Transport, deadline and cancellation race for done; one wins by compare-and-swap.
/// </summary>
internal sealed class PendingPublish : PublishRequest, IValueTaskSource<PublishReceipt>
{
    private const int Waiting = 0;
    private const int Admitted = 1;
    private const int Sent = 2;
    private const int Done = 3;

    /// <summary>A larger buffer is not kept: a burst of large messages must not stay in memory for ever.</summary>
    internal const int LargestKeptBuffer = 64 * 1024;

    private readonly PublishTracker _tracker;
    private ManualResetValueTaskSourceCore<PublishReceipt> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private ArrayBufferWriter<byte>? _buffer;
    private int _state;
    private int _partiesDone;
    private bool _reusable;

    public PendingPublish(PublishTracker tracker) => _tracker = tracker;

    // Owned by the tracker, under its lock.
    public PendingPublish? Previous { get; set; }

    public PendingPublish? Next { get; set; }

    public long Sequence { get; set; }

    public long Deadline { get; set; }

    public bool InWindow { get; set; }

    public bool Linked { get; set; }

    public long StartedAt { get; set; }

    public Activity? Activity { get; set; }

    public override bool IsAbandoned => Volatile.Read(ref _state) == Done;

    public ValueTask<PublishReceipt> Task => new(this, _core.Version);

    /// <summary>A buffer that lives as long as this instance, for bodies that are serialised here.</summary>
    public ArrayBufferWriter<byte> Buffer => _buffer ??= new ArrayBufferWriter<byte>(256);

    public void Prepare(Destination to, string messageId, string? key, ReadOnlyMemory<byte> body, string? contentType, MessageHeaders? headers, DateTimeOffset timestamp)
    {
        Destination = to;
        MessageId = messageId;
        Key = key;
        Body = body;
        ContentType = contentType;
        Headers = headers ?? MessageHeaders.Empty;
        Timestamp = timestamp;
        TransportTag = 0;
        _state = Waiting;
    }

    public void SetTrace(Activity? own, Activity? current)
    {
        Activity = own;
        var source = own ?? current;
        TraceParent = source is { IdFormat: ActivityIdFormat.W3C } ? source.Id : null;
        TraceState = TraceParent is null ? null : source!.TraceStateString;
    }

    public void Register(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _registration = token.UnsafeRegister(static (state, token) => ((PendingPublish)state!).Cancel(token), this);
        }
    }

    public bool TryAdmit() => Interlocked.CompareExchange(ref _state, Admitted, Waiting) == Waiting;

    public override bool TryMarkSent() => Interlocked.CompareExchange(ref _state, Sent, Admitted) is Admitted or Sent;

    public override void Succeed(Durability level, int? partition, long? offset)
    {
        if (TryFinish(out _))
        {
            Unregister(reusable: true);
            _tracker.Report(this, null);
            _core.SetResult(new PublishReceipt(MessageId, level, partition, offset));
            Leave();
        }
    }

    public override void Fail(MessagingException error)
    {
        if (TryFinish(out _))
        {
            Unregister(reusable: true);
            _tracker.Report(this, error);
            _core.SetException(error);
            Leave();
        }
    }

    /// <summary>Claims the end for the deadline. To be called under the tracker's lock while linked: it can't be another publish by then.</summary>
    public bool TryClaim(out int before) => TryFinish(out before);

    public void TimeOut(int before)
    {
        var outcome = before == Sent ? DeliveryOutcome.Unknown : DeliveryOutcome.NotSent;
        var hint = before switch
        {
            Waiting => "it waited for room in the window (PublisherOptions.MaxUnconfirmed)",
            Admitted => "the broker could not be reached, so it was not sent",
            _ => "it was sent, and may be stored",
        };
        var error = new PublishTimeoutException(FormattableString.Invariant($"Message {MessageId} to {Destination} was not acknowledged within {_tracker.DeliveryTimeout.TotalSeconds} s: {hint}."), outcome, MessageId, null);
        Unregister(reusable: false);
        _tracker.Report(this, error);
        _core.SetException(error);
        Leave();
    }

    /// <summary>Ends a publish that the tracker did not take. False when it was cancelled first.</summary>
    public bool Discard()
    {
        if (!TryFinish(out _))
        {
            return false;
        }

        Unregister(reusable: false);
        return true;
    }

    PublishReceipt IValueTaskSource<PublishReceipt>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            PartyDone();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<PublishReceipt>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<PublishReceipt>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (TryFinish(out var before))
        {
            var error = new PublishCanceledException(before == Sent ? DeliveryOutcome.Unknown : DeliveryOutcome.NotSent, MessageId, token);
            _reusable = false;
            _tracker.Report(this, error);
            _core.SetException(error);
            Leave();
        }
    }

    private bool TryFinish(out int before)
    {
        before = Interlocked.Exchange(ref _state, Done);
        return before != Done;
    }

    private void Unregister(bool reusable)
    {
        // A cancellation callback that is running, or a transport that has not reported, still holds this instance.
        var registered = _registration != default;
        var unregistered = !registered || _registration.Unregister();
        _registration = default;
        _reusable = reusable && unregistered;
    }

    private void Leave()
    {
        _tracker.Finished(this);
        PartyDone();
    }

    // Two leave, in either order: the awaiting caller and whoever ended the publish. The second one gives the instance back.
    private void PartyDone()
    {
        if (Interlocked.Increment(ref _partiesDone) != 2 || !_reusable)
        {
            return;
        }

        _reusable = false;
        _partiesDone = 0;
        _core.Reset();
        if (_buffer is { Capacity: > LargestKeptBuffer })
        {
            _buffer = null;
        }

        _buffer?.ResetWrittenCount();
        Body = default;
        Headers = MessageHeaders.Empty;
        Activity = null;
        _tracker.Return(this);
    }
}
