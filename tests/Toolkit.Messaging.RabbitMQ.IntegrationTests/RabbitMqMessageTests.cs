using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>What AMQP carries, what it doesn't, and what a refused message does to its neighbours.</summary>
public sealed class RabbitMqMessageTests(SharedServer<RabbitMqServer> server) : MessagingContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());

    [Fact]
    public async Task PublishAsync_HeaderThatTheServerRefuses_FailsAloneAndItsNeighboursKeepTheirOrder()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.Strict);

        // For RabbitMQ a header of this name lists further routing keys; another type than an array closes the channel.
        var publishes = Enumerable.Range(0, 100).Select(i => app.PublishAsync(topic, $"m{i}", headers: i == 40 ? new MessageHeaders { { "CC", "text" } } : null).AsTask()).ToArray();
        var refused = await Assert.ThrowsAsync<BrokerRejectedException>(() => publishes[40]);
        await Task.WhenAll(publishes.Where((_, i) => i != 40));
        await got.WaitForDistinctAsync(99);

        Assert.Contains("CC", refused.Message, StringComparison.Ordinal);
        var firsts = got.Texts.Distinct().Select(t => int.Parse(t.AsSpan(1), CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i != 40), firsts);
    }

    [Fact]
    public async Task PublishAsync_HeaderNameThatRepeats_AllValuesArriveInOrder()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await app.PublishAsync(topic, "m", headers: new MessageHeaders { { "tag", "a" }, { "tag", "b" }, { "other", "x" }, { "tag", "c" } });
        await got.WaitForAsync(1);

        Assert.Equal(["a", "b", "c"], got.Items[0].Headers.Where(h => h.Name == "tag").Select(h => Encoding.UTF8.GetString(h.Value.Span)));
        Assert.Equal("x", got.Items[0].Headers.GetString("other"));
    }

    [Theory]
    [InlineData(1_764_288_000_000)] // milliseconds, which many clients write
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public async Task Delivery_ForeignTimestampThatIsNoneInSeconds_IsHandledLikeAnyOther(long timestamp)
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => (o.MaxConcurrency, o.MaxInFlight) = (1, 1));
        await using var connection = await new ConnectionFactory { Uri = _server.Uri }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);

        await channel.BasicPublishAsync(topic, "k", mandatory: true, new BasicProperties { Timestamp = new AmqpTimestamp(timestamp) }, "foreign"u8.ToArray(), Token);
        await app.PublishAsync(topic, "own");
        await got.WaitForAsync(2);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(["foreign", "own"], got.Texts);
    }

    [Fact]
    public async Task PublishAsync_WhatAmqpCanNotCarry_IsRefusedBeforeItIsSent()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var longName = new string('n', 256);

        var headers = await Assert.ThrowsAsync<MessageTooLargeException>(async () => await app.PublishAsync(topic, "m", headers: new MessageHeaders { { "h", new byte[200_000] } }));
        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await app.PublishAsync(topic, "m", headers: new MessageHeaders { { longName, "v" } }));
        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await app.PublishAsync(topic, "m", id: longName));
        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await app.Publisher.PublishAsync(new Destination(topic, longName), new OutboundMessage("m"u8.ToArray()), Token));
        var reserved = await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () => await app.PublishAsync(topic, "m", headers: new MessageHeaders { { "x-toolkit-key", "v" } }));
        await app.PublishAsync(topic, "good", key: longName);
        await got.WaitForAsync(1);

        Assert.Equal(DeliveryOutcome.NotSent, headers.Outcome);
        Assert.Contains("x-toolkit-", reserved.Message, StringComparison.Ordinal);
        Assert.Equal(("good", longName), (got.Items[0].Text, got.Items[0].Key));
    }

    [Fact]
    public async Task PublishAsync_SameIdRoutableAndNot_EachHasItsOwnOutcome()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        await using var connection = await new ConnectionFactory { Uri = _server.Uri }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(topic + ".eu", durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await channel.QueueBindAsync(topic + ".eu", topic, "eu", cancellationToken: Token);

        var publishes = Enumerable.Range(0, 50).Select(i => app.Publisher.PublishAsync(new Destination(topic, i % 2 == 0 ? "eu" : "us"), new OutboundMessage("m"u8.ToArray()) { MessageId = "same" }, Token).AsTask()).ToArray();

        for (var i = 0; i < publishes.Length; i++)
        {
            if (i % 2 == 0)
            {
                await publishes[i];
            }
            else
            {
                await Assert.ThrowsAsync<UnroutableException>(() => publishes[i]);
            }
        }
    }

    [Fact]
    public async Task ConfigureGroup_BindingsAndArguments_AreWhatTheBrokerHas()
    {
        await using var app = new MessagingApp(m => m.UseRabbitMq(_server.Uri.ToString(), o => o.ConfigureGroup = g =>
        {
            g.BindingKeys.Clear();
            g.BindingKeys.Add("eu.#");
            g.Arguments["x-max-length"] = 5;
            g.Arguments["x-overflow"] = "reject-publish";
        }));
        var topic = Name("orders");
        await (await app.CollectAsync(topic, "g", new MessageCollector())).DisposeAsync();

        await Assert.ThrowsAsync<UnroutableException>(async () => await app.Publisher.PublishAsync(new Destination(topic, "us.ny"), new OutboundMessage("m"u8.ToArray()), Token));
        await Assert.ThrowsAsync<BrokerRejectedException>(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await app.Publisher.PublishAsync(new Destination(topic, "eu.de"), new OutboundMessage("m"u8.ToArray()), Token);
            }
        });
    }

    [Fact]
    public async Task DrainAsync_OrderedGroup_TheNextMemberBeginsOnlyWhenHandlersHereHaveEnded()
    {
        var app = CreateApp();
        var other = CreateApp();
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        var first = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            ended = true;
            return Settlement.Complete;
        });
        var early = false;
        var second = new MessageCollector((_, _) =>
        {
            early |= !Volatile.Read(ref ended);
            return new(Settlement.Complete);
        });
        var leaving = await app.CollectAsync(topic, "g", first, o => (o.MaxConcurrency, o.MaxInFlight) = (1, 4));
        await using var staying = await other.CollectAsync(topic, "g", second, o => (o.MaxConcurrency, o.MaxInFlight) = (1, 4));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"m{i}", key: "k").AsTask()));
        await first.WaitForAsync(1);

        var draining = leaving.DrainAsync(TimeSpan.FromSeconds(30), Token).AsTask();
        await Task.Delay(500, Token); // long enough for the broker to activate the other member, if it would
        Assert.Empty(second.Items);
        go.SetResult();
        await draining;
        await second.WaitAsync(items => items.Any(i => i.Text == "m19"), "the last message");

        Assert.False(early);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"m{i}"), first.Texts.Concat(second.Texts).Distinct());
    }

    [Fact]
    public async Task MemoryAlarm_WhilePublishing_IsWaitedOutWithoutANewConnection()
    {
        var topic = Name("orders");
        await using var own = await RequiredServer.StartAsync<RabbitMqServer>(Token);
        await using var blocked = new MessagingApp(m => m
            .UseRabbitMq(own.Uri.ToString(), o => o.RequestTimeout = TimeSpan.FromSeconds(2))
            .ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMinutes(3))); // the control program alone can take 10 s
        var received = new MessageCollector();
        await using var there = await blocked.CollectAsync(topic, "g", received);
        await blocked.PublishAsync(topic, "warm");
        await (await blocked.CollectAsync(Name("others"), "g", new MessageCollector())).DisposeAsync();
        await own.ControlAsync(["set_vm_memory_high_watermark", "0.000001"], Token);

        var publishes = Enumerable.Range(0, 100).Select(i => blocked.PublishAsync(topic, $"m{i}").AsTask()).ToArray();
        await using var impatient = new MessagingApp(m => m.UseRabbitMq(own.Uri.ToString()).ConfigurePublisher(p => (p.DeliveryTimeout, p.MaxUnconfirmed) = (TimeSpan.FromSeconds(2), 64)));
        var timedOut = new List<WeakReference>();
        for (var round = 0; round < 4; round++)
        {
            // Beyond the time after which a silent connection is given up, all in all.
            timedOut.AddRange(await PublishAndTimeOutAsync(impatient, Name("others")));
        }

        // What is in the sockets' buffers may be held on to, what only waits for its turn may not.
        await UntilAsync(() => CountAlive(timedOut[^128..]) <= 64);
        var health = blocked.Transport.Health.Description;
        Assert.Contains(publishes, p => !p.IsCompleted);
        await own.ControlAsync(["set_vm_memory_high_watermark", "0.4"], Token);
        await Task.WhenAll(publishes).WaitAsync(MessageCollector.Patience, Token);
        await received.WaitForDistinctAsync(101);

        Assert.Contains("blocked", health, StringComparison.Ordinal);
        Assert.Equal(101, received.Items.Count); // nothing was sent twice
    }

    private static async Task<WeakReference[]> PublishAndTimeOutAsync(MessagingApp app, string topic)
    {
        var bodies = new WeakReference[64];
        var publishes = Enumerable.Range(0, bodies.Length).Select(i =>
        {
            var body = new byte[200_000];
            bodies[i] = new WeakReference(body);
            return app.Publisher.PublishAsync(topic, new OutboundMessage(body), Token).AsTask();
        }).ToArray();
        foreach (var publish in publishes)
        {
            await Assert.ThrowsAsync<PublishTimeoutException>(() => publish);
        }

        return bodies;
    }

    private static int CountAlive(IEnumerable<WeakReference> bodies)
    {
        GC.Collect();
        return bodies.Count(static body => body.IsAlive);
    }
}
