using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Publishing;

/// <summary>The window, the deadline and cancellation, over a transport that answers when the test says so.</summary>
public sealed class WindowTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualTransport _transport = new();
    private readonly MessagingApp _app;

    public WindowTests() => _app = new MessagingApp(
        m => m.AddTransport("manual", _ => _transport).UseTransport("manual").ConfigurePublisher(p => (p.MaxUnconfirmed, p.DeliveryTimeout, p.MaxUnconfirmedBytes) = (4, TimeSpan.FromSeconds(30), 1000)),
        _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_WindowFull_WaitsAndGoesOnInOrder()
    {
        var publishes = Enumerable.Range(0, 20).Select(i => _app.PublishAsync("t", $"{i}").AsTask()).ToArray();
        Assert.Equal(4, _transport.Sent.Count);

        for (var i = 0; i < 20; i++)
        {
            Assert.InRange(_transport.Sent.Count(r => !r.Answered), 1, 4);
            _transport.Sent[i].Request.Succeed(Durability.Memory);
            _transport.Sent[i].Answered = true;
        }

        await Task.WhenAll(publishes);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), _transport.Sent.Select(s => s.Text));
    }

    [Fact]
    public async Task PublishAsync_ManyBytes_AreBoundedToo()
    {
        var publishes = Enumerable.Range(0, 3).Select(_ => _app.Publisher.PublishAsync("t", new OutboundMessage(new byte[600]), Token).AsTask()).ToArray();
        Assert.Single(_transport.Sent);
        for (var i = 0; i < 3; i++)
        {
            _transport.Sent[i].Request.Succeed(Durability.Memory);
        }

        await Task.WhenAll(publishes);
    }

    [Fact]
    public async Task PublishAsync_Overdue_FailsWithWhatIsKnown()
    {
        var publishes = Enumerable.Range(0, 6).Select(i => _app.PublishAsync("t", $"{i}").AsTask()).ToArray();
        Assert.True(_transport.Sent[0].Request.TryMarkSent());
        _time.Advance(TimeSpan.FromSeconds(31));

        var outcomes = new List<DeliveryOutcome>();
        foreach (var publish in publishes)
        {
            outcomes.Add((await Assert.ThrowsAsync<PublishTimeoutException>(() => publish)).Outcome);
        }

        Assert.Equal([DeliveryOutcome.Unknown, .. Enumerable.Repeat(DeliveryOutcome.NotSent, 5)], outcomes);
        Assert.True(_transport.Sent[1].Request.IsAbandoned);
        Assert.False(_transport.Sent[1].Request.TryMarkSent());
        _transport.Sent[0].Request.Succeed(Durability.Memory); // late: ignored

        var next = _app.PublishAsync("t", "next").AsTask();
        _transport.Sent[^1].Request.Succeed(Durability.Memory);
        await next;
    }

    [Fact]
    public async Task PublishAsync_CancelledWhileWaitingForRoom_WasNotSentAndHoldsUpNothing()
    {
        var first = Enumerable.Range(0, 4).Select(i => _app.PublishAsync("t", $"{i}").AsTask()).ToArray();
        using var cancel = new CancellationTokenSource();
        var waiting = _app.PublishAsync("t", "cancelled", cancellationToken: cancel.Token).AsTask();
        var last = _app.PublishAsync("t", "last").AsTask();

        await cancel.CancelAsync();
        var error = await Assert.ThrowsAsync<PublishCanceledException>(() => waiting);
        for (var i = 0; i < 5; i++)
        {
            _transport.Sent[i].Request.Succeed(Durability.Memory);
        }

        await Task.WhenAll([.. first, last]);
        Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
        Assert.DoesNotContain("cancelled", _transport.Sent.Select(s => s.Text));
    }

    [Fact]
    public async Task PublishAsync_CancelledAfterSending_IsUnknown()
    {
        using var cancel = new CancellationTokenSource();
        var publish = _app.PublishAsync("t", "m", cancellationToken: cancel.Token).AsTask();
        Assert.True(_transport.Sent[0].Request.TryMarkSent());

        await cancel.CancelAsync();

        Assert.Equal(DeliveryOutcome.Unknown, (await Assert.ThrowsAsync<PublishCanceledException>(() => publish)).Outcome);
    }

    [Fact]
    public async Task PublishBatchAsync_NullAmongThem_SendsNothing()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _app.Publisher.PublishBatchAsync("t", new[] { new OutboundMessage(default), null! }, Token));
        Assert.Empty(_transport.Sent);
    }

    [Fact]
    public async Task PublishBatchAsync_ClosedInBetween_SaysOfEachMessageHowItEnded()
    {
        Task closing = Task.CompletedTask;
        _transport.OnSend = () => closing = _app.Publisher.DisposeAsync().AsTask();
        var batch = _app.Publisher.PublishBatchAsync("t", new[] { new OutboundMessage(default), new OutboundMessage(default) }, Token).AsTask();
        Assert.Single(_transport.Sent).Request.Succeed(Durability.Memory);

        var exception = await Assert.ThrowsAsync<BatchPublishException>(() => batch);
        await closing;

        Assert.NotNull(exception.Receipt.Receipts[0]);
        Assert.IsType<ObjectDisposedException>(exception.Receipt.Errors[1]);
    }

    [Fact]
    public async Task PublishAsync_RandomEndings_EveryPublishEndsOnceAndTheWindowIsEmptyAfterwards()
    {
        var random = new Random(20261123);
        var publishes = new List<Task>();
        var cancels = new List<CancellationTokenSource>();
        var answered = 0;
        for (var i = 0; i < 5000; i++)
        {
            var cancel = new CancellationTokenSource();
            cancels.Add(cancel);
            publishes.Add(Ends(_app.PublishAsync("t", $"{i}", cancellationToken: cancel.Token)));
            switch (random.Next(4))
            {
                case 0:
                    await cancels[random.Next(cancels.Count)].CancelAsync();
                    break;
                case 1:
                    _time.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
                    break;
                default:
                    for (var n = random.Next(4); n > 0 && answered < _transport.Sent.Count; n--)
                    {
                        var request = _transport.Sent[answered++].Request;
                        if (request.TryMarkSent())
                        {
                            request.Succeed(Durability.Memory);
                        }
                    }

                    break;
            }
        }

        _time.Advance(TimeSpan.FromSeconds(31));
        _time.Advance(TimeSpan.FromSeconds(31));
        await Task.WhenAll(publishes).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(0, ((MessagePublisher)_app.Services.GetRequiredService<IMessagePublisher>()).Tracker.InWindow);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task Ends(ValueTask<PublishReceipt> publish)
    {
        try
        {
            await publish;
        }
        catch (Exception exception) when (exception is PublishCanceledException or PublishTimeoutException)
        {
            // One of the endings.
        }
    }

    private sealed class ManualTransport : IMessageTransport
    {
        public List<SentMessage> Sent { get; } = [];

        public Action? OnSend { get; set; }

        public string Name => "manual";

        public TransportCapabilities Capabilities { get; } = new()
        {
            Durability = Durability.Memory,
            Replay = false,
            Partitions = false,
            OrderedScaleOut = false,
            DelayedRetry = false,
            RedeliveryCount = false,
            DetectsMissingDestination = false,
            DetectsUnroutable = false,
            RoutingKeys = false,
            MaxMessageBytes = null,
        };

        public TransportHealth Health => new(TransportStatus.Connected, "manual");

        public void Send(PublishRequest request)
        {
            Sent.Add(new SentMessage(request, System.Text.Encoding.UTF8.GetString(request.Body.Span)));
            OnSend?.Invoke();
        }

        public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken) => default;

        public ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    private sealed record SentMessage(PublishRequest Request, string Text)
    {
        public bool Answered { get; set; }
    }
}
