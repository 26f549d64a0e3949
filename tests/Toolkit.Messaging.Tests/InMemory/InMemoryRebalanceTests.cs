using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.InMemory;

/// <summary>What a member has left of its window, its lanes and its attempts when partitions change hands.</summary>
public sealed class InMemoryRebalanceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Join_MessagesOfTheLostPartitionAreQueued_TheMemberGetsTheirRoomBack()
    {
        const int Window = 8;
        await using var app = CreateApp();
        var (kept, lost) = (await KeyOfAsync(app, 0), await KeyOfAsync(app, 1));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => app.PublishAsync("orders", $"m{i}", key: lost).AsTask()));
        var got = new MessageCollector(async (m, token) =>
        {
            await (m.Key == lost ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
            return Settlement.Complete;
        });
        await using var first = await app.CollectAsync("orders", "g", got, o => (o.MaxConcurrency, o.MaxInFlight, o.DrainTimeout) = (1, Window, TimeSpan.Zero));
        await UntilAsync(() => first.InFlight == Window); // all of them of the partition that it loses now

        var guests = new MessageCollector();
        await using var guest = await app.CollectAsync("orders", "g", guests);
        await guests.WaitForAsync(10);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync("orders", $"m{i}", key: kept).AsTask()));
        await first.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);

        Assert.Equal(20, got.Items.Count(i => i.Key == kept));
        Assert.Equal(10, guests.Items.Count);
    }

    [Fact]
    public async Task Join_LostPartitionIsStillBusy_WhatComesThereTakesNoRoomFromTheOthers()
    {
        await using var app = CreateApp();
        var (kept, lost) = (await KeyOfAsync(app, 0), await KeyOfAsync(app, 1));
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (m, _) =>
        {
            await (m.Text == "blocks" ? go.Task : Task.CompletedTask);
            return Settlement.Complete;
        });
        await using var first = await app.CollectAsync("orders", "g", got, o => (o.MaxConcurrency, o.MaxInFlight) = (2, 4));
        await app.PublishAsync("orders", "blocks", key: lost);
        await got.WaitForAsync(1);

        var guests = new MessageCollector();
        await using var guest = await app.CollectAsync("orders", "g", guests); // waits for the handler before it gets its partition
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.PublishAsync("orders", $"m{i}", key: lost).AsTask()));
        await app.PublishAsync("orders", "kept", key: kept);
        await got.WaitAsync(items => items.Any(i => i.Text == "kept"), "the message of the partition that stays");
        go.SetResult();
        await guests.WaitForAsync(20);
        await first.CatchUpAsync(Token);

        Assert.Equal(["blocks", "kept"], got.Texts);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"m{i}"), guests.Texts);
        Assert.All(guests.Items, i => Assert.Equal(1, i.Attempt));
    }

    [Fact]
    public async Task Join_MessageOfTheLostPartitionWaitsForItsRetry_IsHandledByTheOtherMemberAndForgottenByThisOne()
    {
        var time = new FakeTimeProvider();
        await using var app = CreateApp(time);
        var lost = await KeyOfAsync(app, 1);
        var got = new MessageCollector((_, _) => new(Settlement.Retry(TimeSpan.FromHours(1))));
        await using var first = await app.CollectAsync("orders", "g", got, o => o.Retry.MaxAttempts = 5);
        await app.PublishAsync("orders", "m", key: lost);
        await got.WaitForAsync(1);

        var guests = new MessageCollector();
        await using var guest = await app.CollectAsync("orders", "g", guests);
        await guests.WaitForAsync(1);
        await UntilAsync(() => first.InFlight == 0); // the clock stands still

        Assert.Equal(2, guests.Items[0].Attempt);
        Assert.Single(got.Items);
    }

    [Fact]
    public async Task DrainAsync_MessageWaitsForItsRetry_TheAttemptThatDidNotBeginIsNotCounted()
    {
        var time = new FakeTimeProvider();
        await using var app = CreateApp(time);
        var got = new MessageCollector((_, _) => new(Settlement.Retry(TimeSpan.FromHours(1))));
        for (var i = 1; i <= 3; i++)
        {
            var subscription = await app.CollectAsync("orders", "g", got);
            if (i == 1)
            {
                await app.PublishAsync("orders", "m", key: "k");
            }

            await got.WaitForAsync(i);
            await subscription.DisposeAsync();
        }

        Assert.Equal([1, 2, 3], got.Items.Select(i => i.Attempt));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DrainAsync_HandlerIgnoresItsToken_DoesNotWaitForItOnceMore(bool rebalanceWaitsForIt)
    {
        var time = new FakeTimeProvider();
        await using var app = CreateApp(time);
        var lost = await KeyOfAsync(app, 1);
        var never = new TaskCompletionSource<Settlement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector((_, _) => new(never.Task));
        var first = await app.CollectAsync("orders", "g", got, o => (o.DrainTimeout, o.MaxHandlerDuration) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1)));
        await app.PublishAsync("orders", "m", key: lost);
        await got.WaitForAsync(1);
        var guests = new MessageCollector();
        if (rebalanceWaitsForIt)
        {
            await app.CollectAsync("orders", "g", guests); // the partition of the message is to be its own
        }

        var stopping = first.DrainAsync(TimeSpan.Zero, Token).AsTask();
        try
        {
            await UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromMicroseconds(100)); // for the second that a cancelled handler is left; never for the day
                return stopping.IsCompleted;
            });
        }
        finally
        {
            never.SetResult(Settlement.Complete);
        }

        if (!rebalanceWaitsForIt)
        {
            await app.CollectAsync("orders", "g", guests);
        }

        await guests.WaitForAsync(1);
        Assert.Equal(2, guests.Items[0].Attempt);
    }

    private static MessagingApp CreateApp(TimeProvider? time = null) => new(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions { Partitions = 2 }, time)), time);

    private static async Task<string> KeyOfAsync(MessagingApp app, int partition)
    {
        // To a topic of its own: the same partitions, and nothing is left in the one under test.
        for (var i = 0; ; i++)
        {
            var key = i.ToString(CultureInfo.InvariantCulture);
            if ((await app.PublishAsync("probe", "m", key)).Partition == partition)
            {
                return key;
            }
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(MessageCollector.Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "The state did not come.");
            await Task.Yield();
        }
    }
}
