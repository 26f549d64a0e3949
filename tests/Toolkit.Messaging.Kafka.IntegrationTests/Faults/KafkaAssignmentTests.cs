using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>A member that the group gives up while its handlers run, and members that come and go all the time.</summary>
public sealed class KafkaAssignmentTests(SharedServer<KafkaServer> shared) : MessagingContract, IClassFixture<SharedServer<KafkaServer>>, IAsyncLifetime
{
    private KafkaServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    [Fact]
    public async Task Lost_WhileHandling_WhatIsSettledLateIsCountedAndThePositionNeverGoesBack()
    {
        const int Messages = 20;
        using var settled = new MetricWatch("toolkit.messaging.settled");
        var cutOff = CreateApp(m => m.UseKafka(_server.ProxyBootstrapServers, Contract.ContractSettings.Apply));
        var other = CreateApp();
        var topic = Name("orders");
        await other.DeclareAsync(topic, 1);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new MessageCollector(async (_, _) =>
        {
            await go.Task; // and not by its token: it ends late, and says that it is done
            return Settlement.Complete;
        });
        var second = new MessageCollector();
        await using var losing = await cutOff.CollectAsync(topic, "g", first, o => (o.Ordering, o.MaxConcurrency, o.DrainTimeout) = (Ordering.None, Messages, TimeSpan.FromSeconds(1)));
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(i => other.PublishAsync(topic, $"m{i}", key: $"k{i}").AsTask()));
        await first.WaitForAsync(Messages);

        _server.Proxy.Refuse();
        _server.Proxy.Cut();
        await using var taking = await other.CollectAsync(topic, "g", second, o => o.Ordering = Ordering.None);
        await second.WaitForDistinctAsync(Messages);
        await taking.CatchUpAsync(Token);
        await UntilAsync(() => CommittedOf(topic) == Messages);
        _server.Proxy.Accept();
        go.SetResult();

        await settled.WaitAsync(counts => counts.GetValueOrDefault((topic, "stale")) == Messages, "answers that come too late");
        await other.PublishAsync(topic, "last", key: "k");
        await UntilAsync(() => first.Texts.Contains("last") || second.Texts.Contains("last"));
        await UntilAsync(() => CommittedOf(topic) == Messages + 1);
        Assert.Equal(Messages, second.Texts.Where(t => t != "last").Distinct().Count());
        Assert.Equal(SubscriptionState.Running, losing.State);
    }

    [Fact]
    public async Task Commit_BrokerIsAwayWhenItIsDue_IsTriedAgainUntilItSucceeds()
    {
        var direct = CreateApp();
        var cutOff = CreateApp(m => m.UseKafka(_server.ProxyBootstrapServers, options =>
        {
            Contract.ContractSettings.Apply(options);
            options.CommitInterval = TimeSpan.FromSeconds(1);
            options.SessionTimeout = TimeSpan.FromSeconds(30); // the member keeps its partition through the outage
        }));
        var topic = Name("orders");
        await direct.DeclareAsync(topic, 1);
        var got = new MessageCollector();
        await using var subscription = await cutOff.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.Strict);

        // Cut off between the end of a handler and the commit; where the commit was faster, once more.
        var published = 0;
        for (var committed = 0L; committed == published && published < 20; committed = CommittedOf(topic))
        {
            _server.Proxy.Accept();
            await direct.PublishAsync(topic, $"m{published++}");
            await got.WaitForAsync(published);
            _server.Proxy.Refuse();
            _server.Proxy.Cut();
        }

        await Task.Delay(TimeSpan.FromSeconds(3), Token); // the outage itself: more than one commit is due in it
        Assert.InRange(CommittedOf(topic), 0, published - 1);
        _server.Proxy.Accept();

        await UntilAsync(() => CommittedOf(topic) == published);
        await subscription.CatchUpAsync(Token);
        Assert.Equal(published, got.Items.Count);
    }

    [Fact]
    public async Task DisposeAsync_CommitIsDueAndTheBrokerIsAway_DoesNotWaitForTheSessionsEnd()
    {
        var session = TimeSpan.FromSeconds(120);
        var cutOff = CreateApp(m => m.UseKafka(_server.ProxyBootstrapServers, options =>
        {
            Contract.ContractSettings.Apply(options);
            options.CommitInterval = TimeSpan.FromHours(1);
            options.SessionTimeout = session;
        }));
        var topic = Name("orders");
        var got = new MessageCollector();
        var subscription = await cutOff.CollectAsync(topic, "g", got);
        await cutOff.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);
        _server.Proxy.Refuse();
        _server.Proxy.Cut();

        var start = Stopwatch.GetTimestamp();
        await subscription.DisposeAsync();
        var took = Stopwatch.GetElapsedTime(start);
        _server.Proxy.Accept();

        Assert.InRange(took, TimeSpan.Zero, session / 2); // it waits for 6 s
    }

    [Fact]
    public async Task Members_ComeAndGoAllTheTime_NothingIsLostAndThePositionNeverGoesBack()
    {
        const int Messages = 2_000;
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic, 4);
        var got = new MessageCollector();
        await using var staying = await app.CollectAsync(topic, "g", got, o => o.MaxConcurrency = 8);
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await app.PublishAsync(topic, $"m{i}", key: $"k{i % 32}");
            }
        }, Token);
        var highest = 0L;
        for (var i = 0; i < 5; i++)
        {
            await (await CreateApp().CollectAsync(topic, "g", got, o => o.MaxConcurrency = 8)).DisposeAsync();
            var now = CommittedOf(topic);
            Assert.True(now >= highest, $"{now} after {highest}");
            highest = now;
        }

        await publishing;
        await got.WaitForDistinctAsync(Messages);
        await staying.CatchUpAsync(Token);
        await UntilAsync(() => CommittedOf(topic) == Messages);
    }

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, Contract.ContractSettings.Apply);

    private long CommittedOf(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _server.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        var results = admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("g", null)], new ListConsumerGroupOffsetsOptions { RequestTimeout = TimeSpan.FromSeconds(10) }).GetAwaiter().GetResult();
        return results[0].Partitions.Where(p => p.Topic == topic && p.Offset.Value > 0).Sum(p => p.Offset.Value);
    }
}
