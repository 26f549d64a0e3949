using System.Diagnostics;
using System.Text;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>The faults, on a server of their own.</summary>
public sealed class RabbitMqFaultTests(SharedServer<RabbitMqServer> server) : FaultContract, IClassFixture<SharedServer<RabbitMqServer>>, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    protected override TestServer Server => _server;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString(), Quick);

    protected override void UseProxy(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.ProxyUri.ToString(), Quick);

    protected override bool DeclaresDeletedAgain => true;

    protected override void UsePassword(MessagingBuilder messaging, string password) => messaging.UseRabbitMq(new UriBuilder(_server.Uri) { Password = password }.Uri.ToString(), Quick);

    protected override async Task<Action<MessagingBuilder>> CreateStrangerAsync()
    {
        await _server.ControlAsync(["add_user", "stranger", "stranger-pw"], Token);
        await _server.ControlAsync(["set_permissions", "stranger", "^$", "^$", "^$"], Token);
        return m => m.UseRabbitMq(new UriBuilder(_server.Uri) { UserName = "stranger", Password = "stranger-pw" }.Uri.ToString(), Quick);
    }

    protected override async Task CreateRefusingTopicAsync(string topic)
    {
        // Its only queue has no room, and says so instead of dropping its oldest message.
        await CreateApp().DeclareAsync(topic);
        await using var channel = await OpenAsync();
        await channel.QueueDeclareAsync($"{topic}.full", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" }, cancellationToken: Token);
        await channel.QueueBindAsync($"{topic}.full", topic, "#", cancellationToken: Token);
    }

    protected override async Task DeleteAsync(string topic, string group)
    {
        await using var channel = await OpenAsync();
        await channel.QueueDeleteAsync($"{topic}.{group}", cancellationToken: Token);
    }

    [Fact]
    public async Task WrongPassword_Tried20Times_MakesNoStormOfConnections()
    {
        var uri = new UriBuilder(_server.ProxyUri) { Password = "hunter2-wrong" }.Uri;
        await using var app = new MessagingApp(m => m.UseRabbitMq(uri.ToString()));
        var before = _server.Proxy.AcceptedConnections;
        var start = Stopwatch.GetTimestamp();

        for (var i = 0; i < 20; i++)
        {
            var error = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync("orders", "m"));
            Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
            Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<AuthenticationException>(async () => await app.CollectAsync("orders", "g", new MessageCollector()));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.InRange(_server.Proxy.AcceptedConnections - before, 1, 8);
        Assert.Equal(TransportStatus.Failed, app.Transport.Health.Status);
        Assert.DoesNotContain("hunter2", app.Transport.Health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forbidden_FailsTypedAndOthersGoOn()
    {
        await _server.ControlAsync(["add_user", "limited", "limited-pw"], Token);
        await _server.ControlAsync(["set_permissions", "limited", "^$", "^allowed.*", ".*"], Token);
        var app = CreateApp();
        var allowed = "allowed-" + Name("t");
        var forbidden = Name("forbidden");
        var got = new MessageCollector();
        await using var first = await app.CollectAsync(allowed, "g", got);
        await using var second = await app.CollectAsync(forbidden, "g", new MessageCollector());
        await using var limited = new MessagingApp(m => m.UseRabbitMq(new UriBuilder(_server.Uri) { UserName = "limited", Password = "limited-pw" }.Uri.ToString()));

        var good = limited.PublishAsync(allowed, "m").AsTask();
        var error = await Assert.ThrowsAsync<AuthorizationException>(async () => await limited.PublishAsync(forbidden, "m"));
        await good;
        await limited.PublishAsync(allowed, "m2");

        await got.WaitForAsync(2);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task OversizedForTheServer_OnlyThatOneFails()
    {
        // The server's own limit is 128 MiB; the check on the client is off.
        await using var app = new MessagingApp(m => m.UseRabbitMq(_server.Uri.ToString(), o => o.MaxMessageBytes = int.MaxValue).ConfigurePublisher(p => p.MaxUnconfirmedBytes = 1_000_000_000));
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        var before = Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"a{i}").AsTask()).ToArray();
        var bad = app.Publisher.PublishAsync(topic, new OutboundMessage(new byte[134_217_728 + 1]), Token).AsTask();
        var after = Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"b{i}").AsTask()).ToArray();

        var error = await Assert.ThrowsAsync<MessageTooLargeException>(() => bad);
        await Task.WhenAll([.. before, .. after]);
        await got.WaitForDistinctAsync(40);
        Assert.Equal(DeliveryOutcome.Rejected, error.Outcome);
    }

    [Fact]
    public async Task SubscribeAsync_QueueDeclaredOtherwise_IsATopologyMismatch()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await using var unordered = await app.CollectAsync(topic, "g", new MessageCollector(), o => o.Ordering = Ordering.None);

        var error = await Assert.ThrowsAsync<TopologyMismatchException>(async () => await app.CollectAsync(topic, "g", new MessageCollector(), o => o.Ordering = Ordering.PerKey));

        Assert.Contains("single-active-consumer", error.Message, StringComparison.Ordinal);
        Assert.Equal(SubscriptionState.Running, unordered.State);
    }

    [Fact]
    public async Task Verify_DeclaredOtherwise_IsATopologyMismatchAndWhatFitsIsLeftAlone()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.None);
        var verifying = CreateApp(m => m.UseTopology(TopologyMode.Verify));

        await verifying.Transport.EnsureTopicAsync(new TopicSpec(topic) { Mode = TopologyMode.Verify }, Token);
        var type = await Assert.ThrowsAsync<TopologyMismatchException>(async () => await verifying.Transport.EnsureTopicAsync(new TopicSpec(topic) { Mode = TopologyMode.Verify, Native = { ["type"] = "fanout" } }, Token));
        var argument = await Assert.ThrowsAsync<TopologyMismatchException>(async () => await verifying.CollectAsync(topic, "g", new MessageCollector(), o => o.Ordering = Ordering.PerKey));
        await Assert.ThrowsAsync<DestinationNotFoundException>(async () => await verifying.CollectAsync(topic, "missing", new MessageCollector(), o => o.Ordering = Ordering.None));
        await using var same = await verifying.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.None);
        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);

        Assert.Contains("type", type.Message, StringComparison.Ordinal);
        Assert.Contains("single-active-consumer", argument.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UserWhoMayNotDeclare_SeesThatItExists()
    {
        await _server.ControlAsync(["add_user", "reader", "reader-pw"], Token);
        await _server.ControlAsync(["set_permissions", "reader", "^$", ".*", ".*"], Token);
        var app = CreateApp();
        var topic = Name("orders");
        await (await app.CollectAsync(topic, "g", new MessageCollector())).DisposeAsync();
        await using var reader = new MessagingApp(m => m.UseRabbitMq(new UriBuilder(_server.Uri) { UserName = "reader", Password = "reader-pw" }.Uri.ToString()).UseTopology(TopologyMode.Verify));
        var got = new MessageCollector();
        await using var subscription = await reader.CollectAsync(topic, "g", got);

        await reader.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
        await Assert.ThrowsAsync<DestinationNotFoundException>(async () => await reader.CollectAsync(topic, "missing", new MessageCollector()));
    }

    [Fact]
    public async Task GetLagAsync_UserWithRightsToTheQueueAlone_DoesNotInterruptConsuming()
    {
        await _server.ControlAsync(["add_user", "consumer", "consumer-pw"], Token);
        await _server.ControlAsync(["set_permissions", "consumer", "^$", "^$", "^orders-.*"], Token);
        var app = CreateApp();
        var topic = Name("orders");
        await (await app.CollectAsync(topic, "g", new MessageCollector())).DisposeAsync();
        await using var consumer = new MessagingApp(m => m.UseRabbitMq(new UriBuilder(_server.Uri) { UserName = "consumer", Password = "consumer-pw" }.Uri.ToString(), Quick).UseTopology(TopologyMode.None));
        var got = new MessageCollector();
        await using var subscription = await consumer.CollectAsync(topic, "g", got);

        for (var i = 0; i < 5; i++)
        {
            await app.PublishAsync(topic, $"m{i}");
            await got.WaitForAsync(i + 1);
            await subscription.CatchUpAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Token);
        }

        Assert.All(got.Items, i => Assert.Equal(1, i.Attempt));
        Assert.Equal(5, got.Items.Count);
    }

    [Fact]
    public async Task DrainAsync_WhileTheConnectionIsAway_TakesNothingMoreWhenItIsBack()
    {
        using var received = new MetricWatch("toolkit.messaging.received");
        var app = CreateApp();
        var cutOff = CreateProxiedApp();
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            return Settlement.Complete;
        });
        var leaving = await cutOff.CollectAsync(topic, "g", stuck, o => o.Ordering = Ordering.None);
        await app.PublishAsync(topic, "first");
        await stuck.WaitForAsync(1);
        _server.Proxy.Refuse();
        _server.Proxy.Cut();
        await UntilAsync(() => cutOff.Transport.Health.Status != TransportStatus.Connected);

        // Until the server has noticed too: it would hand the second message to the connection that is gone.
        await using var channel = await OpenAsync();
        while (await channel.ConsumerCountAsync($"{topic}.g", Token) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Token);
        }

        var draining = leaving.DrainAsync(TimeSpan.FromSeconds(30), Token).AsTask();
        await app.PublishAsync(topic, "second");
        _server.Proxy.Accept();
        await Task.Delay(TimeSpan.FromSeconds(2), Token); // it would have reconnected by then
        go.SetResult();
        await draining;
        var rest = new MessageCollector();
        await using var next = await app.CollectAsync(topic, "g", rest, o => o.Ordering = Ordering.None);
        await rest.WaitForDistinctAsync(2);

        Assert.Equal(1, rest.Items.Single(i => i.Text == "second").Attempt);
        await received.WaitAsync(counts => counts.GetValueOrDefault((topic, null)) == 3, "three deliveries in all");
    }

    [Fact]
    public async Task RoutingKey_OfADestination_ReachesBindingsAndTheKeyIsKept()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        await using var channel = await OpenAsync();
        await channel.QueueDeclareAsync($"{topic}.eu", durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await channel.QueueBindAsync($"{topic}.eu", topic, "eu.*", cancellationToken: Token);
        var got = new MessageCollector();
        await using var all = await app.CollectAsync(topic, "g", got);

        await app.Publisher.PublishAsync(new Destination(topic, "eu.de"), new OutboundMessage("a"u8.ToArray()) { Key = "k" }, Token);
        await app.Publisher.PublishAsync(new Destination(topic, "us.ny"), new OutboundMessage("b"u8.ToArray()), Token);
        await got.WaitForAsync(2);

        Assert.Equal(["a:k", "b:"], got.Items.Select(i => $"{i.Text}:{i.Key}").Order());
        var found = await channel.BasicGetAsync($"{topic}.eu", autoAck: true, Token);
        Assert.Equal("a", Encoding.UTF8.GetString(found!.Body.Span));
        Assert.Equal(0u, found.MessageCount);
    }

    private static void Quick(RabbitMqOptions options)
    {
        // Lost connections are recognised fast; a paused server still has more time than the test pauses it.
        options.RequestTimeout = TimeSpan.FromSeconds(5);
        options.Heartbeat = TimeSpan.FromSeconds(5);
        options.MaxReconnectDelay = TimeSpan.FromMilliseconds(500);
    }

    private async Task<OwnedChannel> OpenAsync()
    {
        var connection = await new ConnectionFactory { Uri = _server.Uri }.CreateConnectionAsync(Token);
        return new OwnedChannel(connection, await connection.CreateChannelAsync(cancellationToken: Token));
    }

    private sealed class OwnedChannel(IConnection connection, IChannel channel) : IAsyncDisposable
    {
        public Task<uint> QueueDeleteAsync(string queue, CancellationToken cancellationToken) => channel.QueueDeleteAsync(queue, cancellationToken: cancellationToken);

        public Task<QueueDeclareOk> QueueDeclareAsync(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object?>? arguments = null, CancellationToken cancellationToken = default) =>
            channel.QueueDeclareAsync(queue, durable, exclusive, autoDelete, arguments, cancellationToken: cancellationToken);

        public Task QueueBindAsync(string queue, string exchange, string routingKey, CancellationToken cancellationToken) => channel.QueueBindAsync(queue, exchange, routingKey, cancellationToken: cancellationToken);

        public Task<uint> ConsumerCountAsync(string queue, CancellationToken cancellationToken) => channel.ConsumerCountAsync(queue, cancellationToken);

        public Task<BasicGetResult?> BasicGetAsync(string queue, bool autoAck, CancellationToken cancellationToken) => channel.BasicGetAsync(queue, autoAck, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
