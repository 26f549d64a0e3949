using System.Diagnostics;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <content>What the broker refuses, and what is taken away from under a subscription: typed, in time, and without harm to others.</content>
public abstract partial class FaultContract
{
    private const string Secret = "s3cr3t-Pa55-7f1b";

    /// <summary>Selects the provider with a user that exists and this password, which is not the user's.</summary>
    protected abstract void UsePassword(MessagingBuilder messaging, string password);

    /// <summary>Selects the provider with a user who may connect and do nothing else.</summary>
    protected abstract Task<Action<MessagingBuilder>> CreateStrangerAsync();

    /// <summary>Makes a topic whose broker refuses messages without a key although it exists and would take others.</summary>
    protected abstract Task CreateRefusingTopicAsync(string topic);

    /// <summary>Deletes what <paramref name="group"/> reads of <paramref name="topic"/>: its queue, or the topic itself.</summary>
    protected abstract Task DeleteAsync(string topic, string group);

    /// <summary>Whether a subscription declares anew what was deleted; otherwise it ends with an error that says what is missing.</summary>
    protected abstract bool DeclaresDeletedAgain { get; }

    [Fact]
    public async Task WrongPassword_EverythingFailsFastAndTypedAndNamesNoSecret()
    {
        using var texts = new TextRecorder();
        var app = CreateApp(m =>
        {
            texts.Record(m.Services);
            UsePassword(m, Secret);
        });
        var topic = Name("orders");
        var start = Stopwatch.GetTimestamp();

        var published = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync(topic, "m"))));
        var again = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.PublishAsync(topic, "m"));
        var declared = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.DeclareAsync(topic));
        var subscribed = await Assert.ThrowsAsync<AuthenticationException>(async () => await app.CollectAsync(topic, "g", new MessageCollector()));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, 4 * Slack); // a broker may hold each refusal back for some seconds
        Assert.All([.. published, again], error => Assert.Equal(DeliveryOutcome.NotSent, error.Outcome));
        Assert.Equal(TransportStatus.Failed, app.Transport.Health.Status);
        foreach (var error in (Exception[])[.. published, again, declared, subscribed])
        {
            texts.Add(error.ToString());
        }

        texts.Add(app.Transport.Health.ToString());
        await app.DisposeAsync();
        Assert.True(texts.All.Count > 25, "Nothing was recorded.");
        Assert.DoesNotContain(texts.All, text => text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task MissingRights_PublishingAndSubscribingFailTypedAndOthersGoOn()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var use = await CreateStrangerAsync();
        var stranger = CreateApp(m => use(m.UseTopology(TopologyMode.None)));

        var error = await Assert.ThrowsAsync<AuthorizationException>(async () => await stranger.PublishAsync(topic, "m").AsTask().WaitAsync(MessageCollector.Patience, Token));
        await Assert.ThrowsAsync<AuthorizationException>(async () => await stranger.CollectAsync(topic, "g", new MessageCollector()).AsTask().WaitAsync(MessageCollector.Patience, Token));
        await app.PublishAsync(topic, "allowed");
        await got.WaitForAsync(1);

        Assert.False(error.IsTransient);
        Assert.Equal(DeliveryOutcome.Rejected, error.Outcome);
        Assert.Equal(["allowed"], got.Texts);
    }

    [Fact]
    public async Task Refused_ByTheBroker_IsTypedAndOthersGoOn()
    {
        var app = CreateApp();
        var topic = Name("refusing");
        var other = Name("orders");
        await CreateRefusingTopicAsync(topic);
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(other, "g", got);

        var neighbours = Enumerable.Range(0, 20).Select(i => app.PublishAsync(other, $"m{i}").AsTask()).ToArray();
        var error = await Assert.ThrowsAsync<BrokerRejectedException>(async () => await app.PublishAsync(topic, "refused", id: "id-1"));
        await Task.WhenAll(neighbours);
        await app.PublishAsync(other, "after");
        await got.WaitForDistinctAsync(21);

        Assert.Equal((DeliveryOutcome.Rejected, "id-1"), (error.Outcome, error.MessageId));
    }

    [Fact]
    public async Task Deleted_WhileConsuming_GoesOnOrEndsWithATypedErrorAndNeighboursGoOn()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var other = Name("others");
        var got = new MessageCollector();
        var gotOther = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await using var neighbour = await app.CollectAsync(other, "g", gotOther);
        await app.PublishAsync(topic, "before");
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);

        await DeleteAsync(topic, "g");

        if (DeclaresDeletedAgain)
        {
            await PublishUntilAcknowledgedAsync(app, topic, "after");
            await got.WaitAsync(items => items.Any(i => i.Text == "after"), "the message after the deletion");
            Assert.Equal(SubscriptionState.Running, subscription.State);
        }
        else
        {
            await UntilAsync(() => subscription.State == SubscriptionState.Faulted);
            Assert.Contains(topic, Assert.IsType<DestinationNotFoundException>(subscription.Error).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<DestinationNotFoundException>(() => PublishUntilAcknowledgedAsync(app, topic, "after").WaitAsync(MessageCollector.Patience, Token));
        }

        await app.PublishAsync(other, "m");
        await gotOther.WaitForAsync(1);
        Assert.Equal(SubscriptionState.Running, neighbour.State);
    }

    [Fact]
    public async Task DeadLetterTargetGone_TheMessageIsKeptAndItsLaneWaitsUntilTheTargetIsBack()
    {
        using var published = new MetricWatch("toolkit.messaging.published");
        var app = CreateApp();
        var topic = Name("orders");
        var dead = $"{topic}.g.dead-letter";
        var got = new MessageCollector((m, _) => new(m.Text == "poison" ? Settlement.DeadLetter("bad") : Settlement.Complete));
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await DeleteAsync(dead, "parked");

        await app.PublishAsync(topic, "poison", key: "k");
        await app.PublishAsync(topic, "next", key: "k");
        await published.WaitAsync(counts => counts.Any(c => c.Key.Destination == dead && c.Key.Outcome != "acknowledged"), "a dead letter that is refused");
        Assert.DoesNotContain("next", got.Texts);
        Assert.True(await subscription.GetLagAsync(Token) is null or >= 2);

        var parked = new MessageCollector();
        await using var reading = await app.CollectAsync(dead, "parked", parked, o => o.Start = StartPosition.Default);
        await parked.WaitForAsync(1);
        await got.WaitAsync(items => items.Any(i => i.Text == "next"), "the next message of the lane");
        await subscription.CatchUpAsync(Token);

        Assert.Equal("poison", parked.Items[0].Text);
        Assert.Equal(SubscriptionState.Running, subscription.State);
    }
}
