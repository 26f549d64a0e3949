using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Subscribing;

/// <summary>Times, topics and errors at the edge of what a subscription takes.</summary>
public sealed class SubscriptionEdgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Ordering.None)]
    [InlineData(Ordering.PerKey)]
    public async Task Retry_DelayThatNoTimerTakes_CountsAsAFailureThatSaysSo(Ordering ordering)
    {
        await using var app = CreateApp();
        var got = new MessageCollector((_, _) => new(Settlement.Retry(TimeSpan.FromDays(60))));
        await using var subscription = await app.CollectAsync("orders", "g", got, o => (o.Ordering, o.MaxConcurrency, o.Retry.MaxAttempts, o.Retry.LaneAttempts) = (ordering, 1, 2, 1));
        var parked = new MessageCollector();
        await using var dead = await app.CollectAsync("orders.g.dead-letter", "parked", parked);

        await app.PublishAsync("orders", "m", key: "k");
        await parked.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);

        Assert.Contains("24", parked.Items[0].Headers.GetString(DeadLetterHeaders.Reason), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_CanNotSerialiseWhatItPublishes_IsTriedAgainAndNotCalledUnreadable()
    {
        await using var app = CreateApp();
        var got = new MessageCollector(async (_, token) =>
        {
            await app.Publisher.PublishAsync("others", new OrderPlaced(1, 1), cancellationToken: token);
            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync("orders", "g", got, o => o.Retry.MaxAttempts = 2);
        var parked = new MessageCollector();
        await using var dead = await app.CollectAsync("orders.g.dead-letter", "parked", parked);

        await app.PublishAsync("orders", "m");
        await parked.WaitForAsync(1);

        Assert.Equal("attempts", parked.Items[0].Headers.GetString(DeadLetterHeaders.Kind));
        Assert.Equal(2, got.Items.Count);
    }

    [Fact]
    public async Task DrainAsync_AsLongAsItTakes_TheHandlerFinishes()
    {
        await using var app = CreateApp();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (_, token) =>
        {
            await go.Task.WaitAsync(token);
            return Settlement.Complete;
        });
        var subscription = await app.CollectAsync("orders", "g", got);
        await app.PublishAsync("orders", "m");
        await got.WaitForAsync(1);

        var draining = subscription.DrainAsync(TimeSpan.MaxValue, Token).AsTask();
        Assert.False(draining.IsCompleted);
        go.SetResult();
        await draining;
        var rest = new MessageCollector();
        await using var again = await app.CollectAsync("orders", "g", rest);
        await again.CatchUpAsync(Token);

        Assert.Empty(rest.Items);
    }

    [Fact]
    public async Task CatchUpAsync_ClockOfATestStandsStill_CompletesAllTheSame()
    {
        await using var app = CreateApp(new FakeTimeProvider());
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (_, token) =>
        {
            await go.Task.WaitAsync(token);
            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync("orders", "g", got);
        await app.PublishAsync("orders", "m");
        await got.WaitForAsync(1);

        var catchingUp = subscription.CatchUpAsync(Token).AsTask();
        go.SetResult();
        await catchingUp.WaitAsync(MessageCollector.Patience, Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("orders")]
    public async Task SubscribeAsync_DeadLetterTopicThatCanNotBe_IsRefusedNamingTheSetting(string topic)
    {
        await using var app = CreateApp();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await app.CollectAsync("orders", "g", new MessageCollector(), o => o.DeadLetter.Topic = topic));
        Assert.Contains("DeadLetterOptions.Topic", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureTopicAsync_NoPartitions_IsRefusedNamingTheSetting()
    {
        await using var app = CreateApp();
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await app.DeclareAsync("orders", 0));
        Assert.Contains("Partitions", error.Message, StringComparison.Ordinal);
    }

    private static MessagingApp CreateApp(TimeProvider? time = null) => new(m => m.UseInMemory(new InMemoryBroker()), time);
}
