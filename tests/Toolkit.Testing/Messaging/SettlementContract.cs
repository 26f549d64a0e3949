using System.Collections.Concurrent;
using System.Globalization;
using Toolkit.Messaging;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>Retry, redelivery, dead-letter, crashes, drain.</summary>
public abstract class SettlementContract : MessagingContract
{
    /// <summary>The counter of settlements that came too late; null for a broker in this process, where they cost nothing.</summary>
    protected virtual string? StaleSettlements => null;

    [Fact]
    public async Task Retry_Asked_ComesAgainWithItsAttemptAndReachesOnlyThisGroup()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var failing = new MessageCollector((m, _) => new(m.Attempt < 3 ? Settlement.Retry(TimeSpan.FromMilliseconds(10)) : Settlement.Complete));
        var other = new MessageCollector();
        await using var a = await app.CollectAsync(topic, "a", failing);
        await using var b = await app.CollectAsync(topic, "b", other);

        await app.PublishAsync(topic, "m", key: "k", id: "id-7");
        await failing.WaitForAsync(3);
        await other.WaitForAsync(1);
        await a.CatchUpAsync(Token);
        await b.CatchUpAsync(Token);

        Assert.Equal([1, 2, 3], failing.Items.Select(i => i.Attempt));
        Assert.All(failing.Items, i => Assert.Equal("id-7", i.MessageId));
        Assert.Single(other.Items);
    }

    [Fact]
    public async Task Retry_ThroughTheBroker_ComesAgainToThisGroupAloneWithEverythingItHad()
    {
        var app = CreateApp();
        RequireCapability(app.Capabilities.DelayedRetry, "delayed retry");
        var topic = Name("orders");
        var failing = new MessageCollector((m, _) => new(m.Attempt < 4 ? Settlement.Retry(TimeSpan.FromMilliseconds(100)) : Settlement.Complete));
        var other = new MessageCollector();
        await using var a = await app.CollectAsync(topic, "a", failing, o => (o.Ordering, o.Retry.LaneAttempts) = (Ordering.None, 1));
        await using var b = await app.CollectAsync(topic, "b", other, o => o.Ordering = Ordering.None);

        await app.PublishAsync(topic, "m", key: "k", id: "id-8", headers: new MessageHeaders { { "h", "v" } });
        await failing.WaitForAsync(4);
        await other.WaitForAsync(1);
        await a.CatchUpAsync(Token);
        await b.CatchUpAsync(Token);

        Assert.Equal([1, 2, 3, 4], failing.Items.Select(i => i.Attempt));
        Assert.All(failing.Items, i => Assert.Equal(("id-8", "k", "v", 1), (i.MessageId, i.Key, i.Headers.GetString("h"), i.Headers.Count)));
        Assert.Single(other.Items);
    }

    [Fact]
    public async Task Poison_HandlerAlwaysThrows_IsDeadLetteredAfterMaxAttemptsWithItsFailure()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var attempts = new MessageCollector((_, _) => throw new InvalidOperationException("no such customer"));
        await using var failing = await app.CollectAsync(topic, "g", attempts, o => o.Retry.MaxAttempts = 3);
        var parked = new MessageCollector();
        await using var dead = await app.CollectAsync($"{topic}.g.dead-letter", "parked", parked);

        await app.PublishAsync(topic, "poison", key: "k", id: "id-9", headers: new MessageHeaders { { "h", "v" } });
        await parked.WaitForAsync(1);
        await failing.CatchUpAsync(Token);

        Assert.Equal([1, 2, 3], attempts.Items.Select(i => i.Attempt));
        var letter = Assert.Single(parked.Items);
        Assert.Equal(("poison", "k", "id-9", "v"), (letter.Text, letter.Key, letter.MessageId, letter.Headers.GetString("h")));
        Assert.Equal("no such customer", letter.Headers.GetString(DeadLetterHeaders.Reason));
        Assert.Equal(typeof(InvalidOperationException).FullName, letter.Headers.GetString(DeadLetterHeaders.ExceptionType));
        Assert.Equal((topic, "g", "attempts", "3"), (letter.Headers.GetString(DeadLetterHeaders.Topic), letter.Headers.GetString(DeadLetterHeaders.Group), letter.Headers.GetString(DeadLetterHeaders.Kind), letter.Headers.GetString(DeadLetterHeaders.Attempts)));
    }

    [Fact]
    public async Task Poison_DoesNotHoldUpItsNeighbours()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector((m, _) => m.Text == "poison" ? throw new InvalidOperationException() : new(Settlement.Complete));
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Retry.MaxAttempts = 2);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, i == 25 ? "poison" : $"m{i}", key: $"k{i}").AsTask()));
        await got.WaitForDistinctAsync(50);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(2, got.Texts.Count(t => t == "poison"));
        Assert.Equal(49, got.Texts.Where(t => t != "poison").Distinct().Count());
    }

    [Fact]
    public async Task Body_ThatCanNotBeDeserialised_GoesRawToTheDeadLetter()
    {
        var app = CreateApp(m => m.UseJson(ContractJson.Default));
        var topic = Name("orders");
        var handled = new TaskCompletionSource<ContractMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var subscription = await app.Subscriber.SubscribeAsync<ContractMessage>(new SubscriptionOptions(topic, "g"), (context, _) =>
        {
            handled.TrySetResult(context.Message);
            return new(Settlement.Complete);
        }, Token);
        var parked = new MessageCollector();
        await using var dead = await app.CollectAsync($"{topic}.g.dead-letter", "parked", parked);

        await app.PublishAsync(topic, "{ not json");
        await app.Publisher.PublishAsync(topic, new ContractMessage(7, "x"), cancellationToken: Token);
        await parked.WaitForAsync(1);
        var message = await handled.Task.WaitAsync(MessageCollector.Patience, Token);

        Assert.Equal("{ not json", parked.Items[0].Text);
        Assert.Equal("deserialization", parked.Items[0].Headers.GetString(DeadLetterHeaders.Kind));
        Assert.Equal(new ContractMessage(7, "x"), message);
    }

    [Fact]
    public async Task Handler_OverItsLimit_IsCancelledAndTriedAgain()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector(async (m, token) =>
        {
            if (m.Attempt == 1)
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.MaxHandlerDuration = TimeSpan.FromMilliseconds(200));

        await app.PublishAsync(topic, "slow");
        await got.WaitForAsync(2);
        await subscription.CatchUpAsync(Token);

        Assert.Equal([1, 2], got.Items.Select(i => i.Attempt));
    }

    [Fact]
    public async Task Crash_BeforeTheSettlement_IsRedeliveredWithItsAttemptCount()
    {
        var crashing = CreateApp();
        var topic = Name("orders");
        var stuck = new MessageCollector(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Settlement.Complete;
        });
        await crashing.CollectAsync(topic, "g", stuck);
        await crashing.PublishAsync(topic, "m", key: "k");
        await stuck.WaitForAsync(1);
        await crashing.Transport.DisposeAsync(); // as a crash: nothing is drained, nothing settled

        var app = CreateApp();
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);

        Assert.Equal("m", got.Items[0].Text);
        if (app.Capabilities.RedeliveryCount)
        {
            Assert.Equal(2, got.Items[0].Attempt);
        }
    }

    [Fact]
    public async Task Settlement_AfterItsRightWasLost_MovesNothingAndIsCounted()
    {
        using var stale = new MetricWatch(StaleSettlements ?? "none");
        var tap = new DeliveryTap();
        var losing = CreateApp(tap.Use);
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stuck = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            return Settlement.Complete;
        });
        await losing.CollectAsync(topic, "g", stuck, o => o.DrainTimeout = TimeSpan.FromMilliseconds(100));
        await losing.PublishAsync(topic, "m", key: "k");
        await stuck.WaitForAsync(1);
        await losing.Transport.DisposeAsync();

        // The core looks before it settles; here the right is lost between the look and the settlement.
        await Assert.Single(tap.Deliveries).CompleteAsync(Token);
        if (StaleSettlements is not null)
        {
            await stale.WaitAsync(counts => counts.GetValueOrDefault((topic, null)) == 1, "the late settlement in the metric");
        }

        var got = new MessageCollector();
        await using var subscription = await CreateApp().CollectAsync(topic, "g", got);
        await got.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);
        Assert.Equal(["m"], got.Texts);
        go.SetResult();
    }

    [Fact]
    public async Task Crash_AfterRandomCompletions_NothingIsLost()
    {
        var topic = Name("orders");
        var completed = new ConcurrentDictionary<string, bool>();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed.ToString(CultureInfo.InvariantCulture)}");
        var random = new Random(seed);
        const int Count = 400;
        await CreateApp().DeclareAsync(topic);
        var published = false;
        for (var round = 0; round < 4; round++)
        {
            var app = CreateApp();
            var stopAfter = random.Next(20, 120);
            var delays = Enumerable.Range(0, 64).Select(_ => random.Next(4)).ToArray();
            var index = 0;
            var got = new MessageCollector(async (m, token) =>
            {
                await Task.Delay(delays[Interlocked.Increment(ref index) & 63], token);
                completed[m.Text] = true;
                return Settlement.Complete;
            });
            var subscription = await app.CollectAsync(topic, "g", got, o => (o.Ordering, o.MaxConcurrency) = (Ordering.None, 32));
            if (!published)
            {
                published = true;
                await Task.WhenAll(Enumerable.Range(0, Count).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()));
            }

            await got.WaitAsync(items => items.Count >= stopAfter || completed.Count == Count, $"{stopAfter} messages");
            await app.Transport.DisposeAsync();
            if (completed.Count == Count)
            {
                break;
            }
        }

        var last = CreateApp();
        var rest = new MessageCollector((m, _) =>
        {
            completed[m.Text] = true;
            return new(Settlement.Complete);
        });
        await using var final = await last.CollectAsync(topic, "g", rest, o => o.Ordering = Ordering.None);
        await rest.WaitAsync(_ => completed.Count == Count, "the rest of the messages");
        await final.CatchUpAsync(Token);

        Assert.Equal(Count, completed.Count);
    }

    [Fact]
    public async Task DrainAsync_HandlersRunning_TheyFinishAndNothingElseIsSettled()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finished = new ConcurrentDictionary<string, bool>();
        var got = new MessageCollector(async (m, _) =>
        {
            await go.Task;
            finished[m.Text] = true;
            return Settlement.Complete;
        });
        var subscription = await app.CollectAsync(topic, "g", got, o => (o.MaxConcurrency, o.MaxInFlight, o.Ordering) = (4, 8, Ordering.None));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => app.PublishAsync(topic, $"m{i}", key: $"k{i}").AsTask()));
        await got.WaitForAsync(4);

        var draining = subscription.DrainAsync(TimeSpan.FromSeconds(30), Token).AsTask();
        Assert.False(draining.IsCompleted);
        go.SetResult();
        await draining;
        Assert.Equal(SubscriptionState.Stopped, subscription.State);
        Assert.InRange(finished.Count, 4, 39);

        var rest = new MessageCollector();
        await using var again = await app.CollectAsync(topic, "g", rest, o => o.Ordering = Ordering.None);
        await rest.WaitAsync(items => finished.Keys.Concat(items.Select(i => i.Text)).Distinct().Count() == 40, "what the drain left");
        await again.CatchUpAsync(Token);

        // Finished or redelivered; what was finished in order of the drain is not seen again.
        Assert.Equal(40, finished.Keys.Concat(rest.Texts).Distinct().Count());
        if (!app.Capabilities.Partitions || app.Capabilities.DelayedRetry)
        {
            Assert.Empty(finished.Keys.Intersect(rest.Texts));
        }
    }

    [Fact]
    public async Task DrainAsync_HandlerDoesNotEnd_IsCancelledInTimeAndRedelivered()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var cancelled = false;
        var got = new MessageCollector(async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
                throw;
            }

            return Settlement.Complete;
        });
        var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);

        await subscription.DrainAsync(TimeSpan.FromMilliseconds(50), Token).AsTask().WaitAsync(Handover, Token);
        var rest = new MessageCollector();
        await using var again = await app.CollectAsync(topic, "g", rest);
        await rest.WaitForAsync(1);
        await got.WaitAsync(_ => Volatile.Read(ref cancelled), "the handler's cancellation"); // the drain does not wait for it for ever

        Assert.Equal("m", rest.Texts[0]);
    }

    [Fact]
    public async Task SlowConsumer_ManyMessages_InFlightStaysBounded()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync(topic, "g", got, o => (o.MaxConcurrency, o.MaxInFlight, o.Ordering) = (2, 16, Ordering.None));

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()));
        await got.WaitForAsync(2);
        var most = 0;
        for (var i = 0; i < 20; i++)
        {
            most = Math.Max(most, subscription.InFlight);
            await Task.Delay(5, Token);
        }

        go.SetResult();
        await got.WaitForDistinctAsync(500);
        Assert.InRange(most, 2, 16);
    }

    [Fact]
    public async Task GetLagAsync_IdleSubscriber_IsZeroAndBusyOneIsNot()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "a");
        await app.PublishAsync(topic, "b");
        await got.WaitForAsync(1);

        Assert.InRange((await subscription.GetLagAsync(Token))!.Value, 1, 2);
        go.SetResult();
        await subscription.CatchUpAsync(Token);
        Assert.Equal(0, await subscription.GetLagAsync(Token));
    }
}
