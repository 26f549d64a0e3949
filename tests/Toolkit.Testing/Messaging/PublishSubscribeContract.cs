using System.Text;
using Toolkit.Messaging;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>Publishing, receiving, groups and topics.</summary>
public abstract class PublishSubscribeContract : MessagingContract
{
    [Fact]
    public async Task PublishAsync_ManyMessages_EachIsReceivedOnceWithItsReceipt()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var receipts = new List<PublishReceipt>();
        for (var i = 0; i < 100; i++)
        {
            receipts.Add(await app.PublishAsync(topic, $"m{i}"));
        }

        await got.WaitForAsync(100);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"m{i}").Order(), got.Texts.Order());
        Assert.Equal(receipts.Select(r => r.MessageId).Order(), got.Items.Select(i => i.MessageId!).Order());
        Assert.All(receipts, r => Assert.Equal(app.Capabilities.Durability, r.Level));
        Assert.All(receipts, r => Assert.Equal(app.Capabilities.Partitions, r.Partition is not null));
        Assert.All(got.Items, i => Assert.Equal(1, i.Attempt));
    }

    [Fact]
    public async Task PublishAsync_ConcurrentPublishersAndSubscribersOfManyTopics_TopicsStayApart()
    {
        var app = CreateApp();
        var topics = Enumerable.Range(0, 5).Select(i => Name($"topic{i}")).ToArray();
        var collectors = topics.Select(_ => new MessageCollector()).ToArray();
        var subscriptions = await Task.WhenAll(topics.Select((t, i) => app.CollectAsync(t, "g", collectors[i]).AsTask()));

        await Task.WhenAll(topics.SelectMany(t => Enumerable.Range(0, 4).Select(async p =>
        {
            for (var i = 0; i < 50; i++)
            {
                await app.PublishAsync(t, $"{t}/{p}/{i}");
            }
        })));
        for (var i = 0; i < topics.Length; i++)
        {
            await collectors[i].WaitForAsync(200);
            await subscriptions[i].CatchUpAsync(Token);
            Assert.Equal(200, collectors[i].Items.Count);
            Assert.All(collectors[i].Texts, t => Assert.StartsWith(topics[i] + "/", t, StringComparison.Ordinal));
            await subscriptions[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task PublishAsync_BinaryEmptyAndHeaders_ComeBackAsTheyWere()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.MaxConcurrency = 1);
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var headers = new MessageHeaders { { "text", "zwölf Boxkämpfer" }, { "binary", new byte[] { 0, 255, 10, 13 } }, { "empty", ReadOnlyMemory<byte>.Empty } };
        var time = new DateTimeOffset(2024, 2, 29, 12, 30, 15, TimeSpan.Zero);

        await app.Publisher.PublishAsync(topic, new OutboundMessage(bytes) { Headers = headers, MessageId = "id-1", Key = "ключ", ContentType = "application/x-test", Timestamp = time }, Token);
        await app.Publisher.PublishAsync(topic, new OutboundMessage(ReadOnlyMemory<byte>.Empty), Token);
        await got.WaitForAsync(2);

        var first = got.Items.Single(i => i.MessageId == "id-1");
        Assert.Equal(bytes, first.Body);
        Assert.Equal("ключ", first.Key);
        Assert.Equal("application/x-test", first.ContentType);
        Assert.Equal(time, first.Timestamp);
        Assert.Equal(3, first.Headers.Count);
        Assert.Equal("zwölf Boxkämpfer", first.Headers.GetString("text"));
        Assert.True(first.Headers.TryGet("binary", out var binary));
        Assert.Equal(new byte[] { 0, 255, 10, 13 }, binary.ToArray());
        Assert.True(first.Headers.TryGet("empty", out var empty));
        Assert.Equal(0, empty.Length);
        var second = got.Items.Single(i => i.MessageId != "id-1");
        Assert.Empty(second.Body);
        Assert.Null(second.Key);
        Assert.Empty(second.Headers); // nothing of the client's own leaks
    }

    [Fact]
    public async Task PublishAsync_OneMessageObjectManyTimes_IsLeftUntouched()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var headers = new MessageHeaders { { "a", "1" } };
        var message = new OutboundMessage("shared"u8.ToArray()) { Headers = headers };

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.Publisher.PublishAsync(topic, message, Token).AsTask()));
        await got.WaitForAsync(50);

        Assert.Equal("1", Assert.Single(headers, h => h.Name == "a") is { } header ? Encoding.UTF8.GetString(header.Value.Span) : null);
        Assert.Single(headers);
        Assert.Equal(50, got.Items.Select(i => i.MessageId).Distinct().Count());
        Assert.All(got.Items, i => Assert.Single(i.Headers));
    }

    [Fact]
    public async Task SubscribeAsync_TwoGroups_EachGetsAllAndMembersShare()
    {
        var app = CreateApp();
        var other = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic, app.Capabilities.Partitions ? 4 : null);
        var a1 = new MessageCollector();
        var a2 = new MessageCollector();
        var b = new MessageCollector();
        await using var first = await app.CollectAsync(topic, "a", a1, o => o.Ordering = Ordering.None);
        await using var second = await other.CollectAsync(topic, "a", a2, o => o.Ordering = Ordering.None);
        await using var third = await app.CollectAsync(topic, "b", b, o => o.Ordering = Ordering.None);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => app.PublishAsync(topic, $"m{i}", key: $"k{i}").AsTask()));
        await b.WaitForDistinctAsync(200);
        await UntilAsync(() => a1.Texts.Concat(a2.Texts).Distinct().Count() == 200);
        await first.CatchUpAsync(Token);
        await second.CatchUpAsync(Token);

        // A hand-over of partitions in the middle may show a message twice; nothing may be missing, and without one nothing twice.
        Assert.Equal(200, a1.Texts.Concat(a2.Texts).Distinct().Count());
        Assert.Equal(200, b.Texts.Distinct().Count());
    }

    [Fact]
    public async Task SubscribeAsync_NewGroup_ReadsOldMessagesWhereTheBrokerKeepsThem()
    {
        var app = CreateApp();
        RequireCapability(app.Capabilities.Replay, "replay");
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        for (var i = 0; i < 20; i++)
        {
            await app.PublishAsync(topic, $"m{i}");
        }

        var first = new MessageCollector();
        await using (var subscription = await app.CollectAsync(topic, "first", first, o => o.Start = StartPosition.Earliest))
        {
            await first.WaitForAsync(20);
            await subscription.CatchUpAsync(Token);
        }

        var second = new MessageCollector();
        await using var late = await app.CollectAsync(topic, "second", second, o => o.Start = StartPosition.Earliest);
        await second.WaitForAsync(20);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"m{i}").Order(), second.Texts.Order());
    }

    [Fact]
    public async Task SubscribeAsync_Latest_GetsAllThatIsPublishedAfterItReturnedAndNothingOlder()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic, app.Capabilities.Partitions ? 3 : null);
        await using (await app.CollectAsync(topic, "other", new MessageCollector()))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"old{i}", key: $"k{i}").AsTask()));
        }

        // It ends before it has handled anything: from where it began is known all the same.
        var first = CreateApp();
        var got = new MessageCollector();
        await first.CollectAsync(topic, "g", new MessageCollector((_, _) => new(Settlement.Retry(TimeSpan.FromMinutes(5)))), o => o.Start = StartPosition.Latest);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"new{i}", key: $"k{i}").AsTask()));
        await first.Transport.DisposeAsync();
        await using var next = await app.CollectAsync(topic, "g", got, o => o.Start = StartPosition.Latest);
        await got.WaitForDistinctAsync(20);
        await next.CatchUpAsync(Token);

        Assert.All(got.Texts, t => Assert.StartsWith("new", t, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SubscribeAsync_EarliestWithoutReplay_IsRefusedNamingTheSetting()
    {
        var app = CreateApp();
        Assert.SkipWhen(app.Capabilities.Replay, "The transport can do it.");

        var exception = await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () => await app.CollectAsync(Name("orders"), "g", new MessageCollector(), o => o.Start = StartPosition.Earliest));

        Assert.Contains("SubscriptionOptions.Start", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_BeforeAnySubscriber_IsDeliveredLaterOrThrows()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        MessagingException? error = null;
        try
        {
            await app.PublishAsync(topic, "early");
        }
        catch (MessagingException exception)
        {
            error = exception;
        }

        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "late");
        await got.WaitAsync(items => items.Any(i => i.Text == "late"), "the late message");
        await subscription.CatchUpAsync(Token);

        Assert.Equal(app.Capabilities.DetectsUnroutable, error is UnroutableException);
        Assert.Equal(error is null, got.Texts.Contains("early"));
    }

    [Fact]
    public async Task PublishAsync_MissingDestination_FailsAloneAndTyped()
    {
        var app = CreateApp();
        RequireCapability(app.Capabilities.DetectsMissingDestination, "detection of missing destinations");
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        var good = Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()).ToArray();
        var bad = app.PublishAsync(Name("missing"), "x").AsTask();
        var more = Enumerable.Range(50, 50).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()).ToArray();

        var exception = await Assert.ThrowsAsync<DestinationNotFoundException>(() => bad);
        await Task.WhenAll([.. good, .. more]);
        await got.WaitForAsync(100);
        Assert.NotEqual(DeliveryOutcome.Unknown, exception.Outcome);
        Assert.Contains(Name("missing"), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_Oversized_FailsAloneAndTyped()
    {
        var app = CreateApp();
        Assert.SkipUnless(app.Capabilities.MaxMessageBytes is not null, "No limit is known to the client.");
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        var before = app.PublishAsync(topic, "before").AsTask();
        var bad = app.Publisher.PublishAsync(topic, new OutboundMessage(new byte[app.Capabilities.MaxMessageBytes!.Value + 1]), Token).AsTask();
        var after = app.PublishAsync(topic, "after").AsTask();

        var exception = await Assert.ThrowsAsync<MessageTooLargeException>(() => bad);
        await Task.WhenAll(before, after);
        await got.WaitForAsync(2);
        Assert.Equal(DeliveryOutcome.NotSent, exception.Outcome);
    }

    [Fact]
    public async Task PublishBatchAsync_OneMessageTooLarge_TheOthersHaveReceipts()
    {
        var app = CreateApp();
        Assert.SkipUnless(app.Capabilities.MaxMessageBytes is not null, "No limit is known to the client.");
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        OutboundMessage[] batch = [new("a"u8.ToArray()), new(new byte[app.Capabilities.MaxMessageBytes!.Value + 1]), new("b"u8.ToArray())];

        var exception = await Assert.ThrowsAsync<BatchPublishException>(async () => await app.Publisher.PublishBatchAsync(topic, batch, Token));

        await got.WaitForAsync(2);
        Assert.Equal([true, false, true], exception.Receipt.Receipts.Select(r => r is not null));
        Assert.IsType<MessageTooLargeException>(exception.Receipt.Errors[1]);
    }

    [Fact]
    public async Task PublishAsync_TokenCancelledBefore_SendsNothing()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        var exception = await Assert.ThrowsAsync<PublishCanceledException>(async () => await app.PublishAsync(topic, "never", cancellationToken: new CancellationToken(true)));
        await app.PublishAsync(topic, "sent");
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(DeliveryOutcome.NotSent, exception.Outcome);
        Assert.Equal(["sent"], got.Texts);
    }

    [Fact]
    public async Task PublishAsync_ManyMoreThanTheWindow_NeverMoreUnconfirmedThanItAllows()
    {
        var tap = new PublishTap();
        var app = CreateApp(m =>
        {
            tap.Use(m);
            m.ConfigurePublisher(p => p.MaxUnconfirmed = 8);
        });
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(p => Task.Run(() => Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, $"{p}/{i}").AsTask())), Token)));
        await got.WaitForDistinctAsync(500);

        Assert.InRange(tap.Most, 1, 8);
    }

    [Fact]
    public async Task SubscribeAsync_Cancelled_LeavesNoMemberBehind()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        foreach (var milliseconds in new[] { 0, 1, 5, 25, 100 })
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            cancel.CancelAfter(milliseconds);
            try
            {
                var options = new SubscriptionOptions(topic, "g");
                await (await app.Subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (_, _) => new(Settlement.Retry(TimeSpan.FromMinutes(5))), cancel.Token)).DisposeAsync();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // In time; otherwise it is there, and was closed.
            }
        }

        // One that was left would be given some of the messages.
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Start = StartPosition.Default);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()));
        await got.WaitForDistinctAsync(20).WaitAsync(Handover, Token);
        await subscription.CatchUpAsync(Token);
    }

    [Fact]
    public async Task PublishAsync_RoutingKeyWithoutSupport_IsRefused()
    {
        var app = CreateApp();
        Assert.SkipWhen(app.Capabilities.RoutingKeys, "The transport has routing keys.");

        var exception = await Assert.ThrowsAsync<CapabilityNotSupportedException>(async () => await app.Publisher.PublishAsync(new Destination(Name("orders"), "key"), new OutboundMessage("x"u8.ToArray()), Token));

        Assert.Contains("Destination.RoutingKey", exception.Message, StringComparison.Ordinal);
    }
}
