using System.Diagnostics;
using System.Diagnostics.Metrics;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>Opening, closing, going on, topology, traces and metrics.</summary>
public abstract class LifecycleContract : MessagingContract
{
    /// <summary>How often the open-and-close test opens and closes; less for providers whose joins take seconds.</summary>
    protected virtual int OpenCloseRounds => 100;

    [Fact]
    public async Task DisposeAsync_Subscription_AnotherGoesOnWhereItStopped()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var first = new MessageCollector();
        var subscription = await app.CollectAsync(topic, "g", first);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, $"a{i}").AsTask()));
        await first.WaitForAsync(50);
        await subscription.CatchUpAsync(Token);
        await subscription.DisposeAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, $"b{i}").AsTask()));
        var second = new MessageCollector();
        await using var again = await app.CollectAsync(topic, "g", second);
        await second.WaitForAsync(50);
        await again.CatchUpAsync(Token);

        Assert.All(second.Texts, t => Assert.StartsWith("b", t, StringComparison.Ordinal));
        Assert.Equal(50, second.Items.Count);
    }

    [Fact]
    public async Task DisposeAsync_Concurrently_AllCallsComplete()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var subscription = await app.CollectAsync(topic, "g", new MessageCollector());
        await app.PublishAsync(topic, "m");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await subscription.DisposeAsync(), Token))).WaitAsync(Handover, Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await app.Publisher.DisposeAsync(), Token))).WaitAsync(Handover, Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await app.DisposeAsync(), Token))).WaitAsync(Handover, Token);

        Assert.Equal(SubscriptionState.Stopped, subscription.State);
    }

    [Fact]
    public async Task DisposeAsync_PublisherWithMessagesUnderWay_LosesNothing()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var sender = CreateApp();
        var publishes = Enumerable.Range(0, 500).Select(i => sender.PublishAsync(topic, $"m{i}").AsTask()).ToArray();

        await sender.Publisher.DisposeAsync();

        // Each is acknowledged; a task's own continuation may still be queued, but waits for nothing more.
        await Task.WhenAll(publishes).WaitAsync(MessageCollector.Patience, Token);
        await got.WaitForDistinctAsync(500);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await sender.PublishAsync(topic, "late"));
    }

    [Fact]
    public async Task FlushAndCatchUp_MessagesUnderWay_PublishedEqualsHandled()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        var publishes = Enumerable.Range(0, 2000).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()).ToArray();
        await app.Publisher.FlushAsync(Token);
        await subscription.CatchUpAsync(Token);

        // Published = handled, with no other wait than these two.
        Assert.Equal(2000, got.Items.Count);
        await Task.WhenAll(publishes).WaitAsync(MessageCollector.Patience, Token);
    }

    [Fact]
    public async Task Subscription_OpenedAndClosedManyTimes_LeavesNothingBehind()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic);
        var closed = new List<WeakReference>();
        for (var i = 0; i < OpenCloseRounds; i++)
        {
            closed.Add(await OpenAndCloseAsync(app, topic));
        }

        var got = new MessageCollector();
        await using var last = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
        await last.CatchUpAsync(Token);

        Assert.Single(got.Items);
        Assert.Equal(TransportStatus.Connected, app.Transport.Health.Status);
        await UntilAsync(() => CountAlive(closed) <= 1); // the last one may still be on a stack
    }

    [Fact]
    public async Task Application_OpenedAndClosedManyTimes_LeavesNothingBehindAndLosesNothing()
    {
        var rounds = Math.Max(10, OpenCloseRounds / 4);
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var closed = new List<WeakReference>();
        for (var i = 0; i < rounds; i++)
        {
            closed.Add(await PublishAndCloseAsync(topic, $"m{i}"));
        }

        await got.WaitForDistinctAsync(rounds);
        await UntilAsync(() => CountAlive(closed) <= 1);
    }

    // In methods of their own, so that nothing of what was closed stays on the test's stack.
    private static async Task<WeakReference> OpenAndCloseAsync(MessagingApp app, string topic)
    {
        var subscription = await app.CollectAsync(topic, "g", new MessageCollector());
        await subscription.DisposeAsync();
        return new WeakReference(subscription);
    }

    private async Task<WeakReference> PublishAndCloseAsync(string topic, string text)
    {
        await using var app = new MessagingApp(Use);
        await app.PublishAsync(topic, text);
        return new WeakReference(app.Transport);
    }

    private static int CountAlive(List<WeakReference> references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return references.Count(static reference => reference.IsAlive);
    }

    [Fact]
    public async Task EnsureTopicAsync_Again_ChangesNothing()
    {
        var app = CreateApp();
        var topic = Name("orders");
        int? partitions = app.Capabilities.Partitions ? 3 : null;
        await app.DeclareAsync(topic, partitions);
        await app.DeclareAsync(topic, partitions);
        await app.Transport.EnsureTopicAsync(new TopicSpec(topic) { Mode = TopologyMode.Verify, Partitions = partitions }, Token);
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "m");
        await app.DeclareAsync(topic, partitions);
        await got.WaitForAsync(1);
    }

    [Fact]
    public async Task EnsureTopicAsync_OtherPartitionCount_IsATypedError()
    {
        var app = CreateApp();
        RequireCapability(app.Capabilities.Partitions, "partitions");
        var topic = Name("orders");
        await app.DeclareAsync(topic, 3);

        var exception = await Assert.ThrowsAsync<TopologyMismatchException>(async () => await app.DeclareAsync(topic, 4));

        Assert.Contains(topic, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureTopicAsync_VerifyOfAMissingTopic_IsATypedError()
    {
        var app = CreateApp();
        await Assert.ThrowsAsync<DestinationNotFoundException>(async () => await app.Transport.EnsureTopicAsync(new TopicSpec(Name("missing")) { Mode = TopologyMode.Verify }, Token));
    }

    [Fact]
    public async Task Trace_PublishAndProcess_AreLinkedThroughTheHeaders()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == MessagingDiagnostics.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                lock (spans)
                {
                    spans.Add(a);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        ActivityTraceId inHandler = default;
        var got = new MessageCollector((_, _) =>
        {
            inHandler = Activity.Current?.TraceId ?? default;
            return new(Settlement.Complete);
        });
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);
        await subscription.DisposeAsync();

        Activity[] mine;
        lock (spans)
        {
            mine = [.. spans.Where(s => (string?)s.GetTagItem("messaging.destination.name") == topic)];
        }

        var publish = Assert.Single(mine, s => s.Kind == ActivityKind.Producer);
        var process = Assert.Single(mine, s => s.Kind == ActivityKind.Consumer);
        Assert.Equal(publish.SpanId, process.ParentSpanId);
        Assert.Equal(publish.TraceId, inHandler);
        Assert.Equal(publish.SpanId, Assert.Single(process.Links).Context.SpanId);
        Assert.Empty(got.Items[0].Headers);
    }

    [Fact]
    public async Task Metrics_EqualTheTruth()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == MessagingDiagnostics.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var mine = false;
            string? outcome = null;
            foreach (var (name, tag) in tags)
            {
                mine |= name == "messaging.destination.name" && (string?)tag == topic;
                outcome = name == "outcome" ? (string?)tag : outcome;
            }

            if (mine)
            {
                lock (counts)
                {
                    var key = outcome is null ? instrument.Name : $"{instrument.Name}/{outcome}";
                    counts[key] = counts.GetValueOrDefault(key) + value;
                }
            }
        });
        listener.Start();
        var got = new MessageCollector((m, _) => new(m.Text == "m3" && m.Attempt == 1 ? Settlement.Retry() : m.Text == "m4" ? Settlement.DeadLetter("bad") : Settlement.Complete));
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()));
        await got.WaitForAsync(11);
        await subscription.CatchUpAsync(Token);
        await subscription.DisposeAsync();

        lock (counts)
        {
            Assert.Equal(10, counts["toolkit.messaging.published/acknowledged"]);
            Assert.Equal(10, counts["toolkit.messaging.received"]);
            Assert.Equal(9, counts["toolkit.messaging.settled/completed"]);
            Assert.Equal(1, counts["toolkit.messaging.settled/dead_lettered"]);
            Assert.Equal(9, counts["toolkit.messaging.handler.attempts/completed"]);
            Assert.Equal(1, counts["toolkit.messaging.handler.attempts/retry"]);
            Assert.Equal(1, counts["toolkit.messaging.handler.attempts/rejected"]);
            Assert.Equal(0, counts["toolkit.messaging.in_flight"]);
        }
    }

    [Fact]
    public async Task Stress_PublishersSubscribersAndClosings_NothingIsLost()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => (o.MaxConcurrency, o.Ordering) = (16, Ordering.None));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(p => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await app.PublishAsync(topic, $"{p}/{i}", key: $"k{i % 10}");
            }
        }, Token)));
        await got.WaitForDistinctAsync(2000);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(2000, got.Items.Count);
    }
}
