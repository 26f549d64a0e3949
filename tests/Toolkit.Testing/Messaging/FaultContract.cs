using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Servers;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>
/// What holds while a real server is killed, paused, cut off or slow: what was acknowledged is stored, nothing hangs past its
/// deadline, order per key is kept, memory is bounded. The tests of a class share its server and run one after the other.
/// </summary>
public abstract partial class FaultContract : MessagingContract
{
    /// <summary>How long a call may take beyond its deadline on a busy machine.</summary>
    protected static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    /// <summary>The server under test.</summary>
    protected abstract TestServer Server { get; }

    /// <summary>Selects the provider, reaching the server through its proxy.</summary>
    protected abstract void UseProxy(MessagingBuilder messaging);

    /// <summary>How much earlier than its deadline a publish may end, because the client knows more then than later.</summary>
    protected virtual TimeSpan EndsEarlierBy(TimeSpan deliveryTimeout) => TimeSpan.FromMilliseconds(50);

    protected MessagingApp CreateProxiedApp(TimeSpan? deliveryTimeout = null, Action<MessagingBuilder>? configure = null)
    {
        var app = new MessagingApp(m =>
        {
            UseProxy(m);
            m.ConfigurePublisher(p => p.DeliveryTimeout = deliveryTimeout ?? p.DeliveryTimeout);
            configure?.Invoke(m);
        });
        Own(app);
        return app;
    }

    public override async ValueTask DisposeAsync()
    {
        // Whatever a failed test left behind must not fail the next one.
        Server.Proxy.Release();
        Server.Proxy.Accept();
        Server.Proxy.Delay = TimeSpan.Zero;
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Killed_TwiceWhileAHundredPublishersPublish_EverythingAcknowledgedIsReceived()
    {
        const int Publishers = 100;
        const int Each = 100;
        var app = CreateApp(m => m.ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMinutes(2)));
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => (o.Ordering, o.MaxConcurrency) = (Ordering.None, 32));
        var acknowledged = new ConcurrentBag<string>();
        var third = Signal();
        var twoThirds = Signal();
        var count = 0;

        var publishing = Enumerable.Range(0, Publishers).Select(p => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                await app.PublishAsync(topic, $"{p}/{i}", key: $"k{p}");
                acknowledged.Add($"{p}/{i}");
                var now = Interlocked.Increment(ref count);
                if (now == Publishers * Each / 3)
                {
                    third.SetResult();
                }
                else if (now == Publishers * Each * 2 / 3)
                {
                    twoThirds.SetResult();
                }
            }
        }, Token)).ToArray();
        foreach (var moment in new[] { third, twoThirds })
        {
            await moment.Task.WaitAsync(TimeSpan.FromMinutes(2), Token);
            await Server.KillAsync(Token);
            await Server.StartAsync(Token);
        }

        await Task.WhenAll(publishing).WaitAsync(TimeSpan.FromMinutes(2), Token);
        await got.WaitForDistinctAsync(Publishers * Each);

        Assert.Equal(Publishers * Each, acknowledged.Count);
        Assert.Empty(acknowledged.Except(got.Texts));
    }

    [Fact]
    public async Task Cut_AgainAndAgain_NothingAcknowledgedIsLostAndKeysKeepTheirOrder()
    {
        var app = CreateProxiedApp();
        var topic = Name("orders");
        var seen = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
        var got = new MessageCollector((m, _) =>
        {
            seen.GetOrAdd(m.Key!, _ => new()).Enqueue(int.Parse(m.Text, CultureInfo.InvariantCulture));
            return new(Settlement.Complete);
        });
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.MaxConcurrency = 16);
        const int Keys = 10;
        const int PerKey = 200;

        var publishing = Task.WhenAll(Enumerable.Range(0, Keys).Select(k => Task.Run(async () =>
        {
            for (var i = 0; i < PerKey; i++)
            {
                await app.PublishAsync(topic, i.ToString(CultureInfo.InvariantCulture), key: $"k{k}");
            }
        }, Token)));
        for (var i = 1; i <= 3; i++)
        {
            var enough = i * Keys * PerKey / 5;
            await got.WaitAsync(items => items.Count >= enough, $"{enough} messages");
            Server.Proxy.Cut();
        }

        await publishing.WaitAsync(MessageCollector.Patience, Token);
        await UntilAsync(() => seen.Count == Keys && seen.Values.All(numbers => numbers.Contains(PerKey - 1)));

        foreach (var (key, numbers) in seen)
        {
            var highest = -1;
            foreach (var number in numbers)
            {
                Assert.True(number <= highest + 1, $"{key}: {number} came before {highest + 1}");
                highest = Math.Max(highest, number);
            }
        }
    }

    [Fact]
    public async Task Paused_WhilePublishing_EverythingIsAcknowledgedAfterwards()
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "warm");

        await Server.PauseAsync(Token);
        var publishes = Enumerable.Range(0, 200).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(2), Token); // the pause itself
        Assert.All(publishes, p => Assert.False(p.IsCompleted));
        await Server.ResumeAsync(Token);

        await Task.WhenAll(publishes).WaitAsync(MessageCollector.Patience, Token);
        await got.WaitForDistinctAsync(201);
    }

    [Fact]
    public async Task HalfOpen_PublishesEndAtTheirDeadlineAndLaterOnesSucceed()
    {
        var timeout = TimeSpan.FromSeconds(3);
        var app = CreateProxiedApp(timeout);
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await PublishUntilAcknowledgedAsync(app, topic, "warm"); // to connect takes longer than that on a busy machine

        Server.Proxy.Hold();
        var start = Stopwatch.GetTimestamp();
        var publishes = Enumerable.Range(0, 50).Select(i => app.PublishAsync(topic, $"m{i}").AsTask()).ToArray();
        foreach (var publish in publishes)
        {
            var error = await Assert.ThrowsAsync<PublishTimeoutException>(() => publish);
            Assert.True(error.Outcome is DeliveryOutcome.Unknown or DeliveryOutcome.NotSent);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), timeout - EndsEarlierBy(timeout), timeout + Slack);
        Server.Proxy.Release();
        await PublishUntilAcknowledgedAsync(app, topic, "after");
        await got.WaitAsync(items => items.Any(i => i.Text == "after"), "the message after the hold");
    }

    [Fact]
    public async Task Unreachable_PublishesEndTypedAtTheirDeadlineMemoryStaysFlatAndHealthFlips()
    {
        var timeout = TimeSpan.FromSeconds(2);
        var app = CreateProxiedApp(timeout, m => m.ConfigurePublisher(p => p.MaxUnconfirmed = 64));
        var topic = Name("orders");
        var got = new MessageCollector();
        await using (var subscription = await app.CollectAsync(topic, "g", got))
        {
            await PublishUntilAcknowledgedAsync(app, topic, "warm"); // to connect takes longer than that on a busy machine
            await subscription.CatchUpAsync(Token);
        }

        Assert.Equal(TransportStatus.Connected, app.Transport.Health.Status);
        Server.Proxy.Refuse();
        Server.Proxy.Cut();
        for (var round = 0; round < 3; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var bodies = await PublishAndTimeOutAsync(app, topic);
            Assert.InRange(Stopwatch.GetElapsedTime(start), timeout - EndsEarlierBy(timeout), timeout + Slack);

            // The bodies themselves are looked at: other tests of the process have memory of their own.
            await UntilAsync(() => CountAlive(bodies) <= 64);
        }

        Assert.NotEqual(TransportStatus.Connected, app.Transport.Health.Status);
        Server.Proxy.Accept();
        await PublishUntilAcknowledgedAsync(app, topic, "after");
        Assert.Equal(TransportStatus.Connected, app.Transport.Health.Status);
    }

    [Fact]
    public async Task Slow_HalfASecondOfRoundTrip_TheWindowKeepsMessagesFlowing()
    {
        var app = CreateProxiedApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "warm");
        Server.Proxy.Delay = TimeSpan.FromMilliseconds(250);

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => app.PublishAsync(topic, $"m{i}").AsTask())).WaitAsync(MessageCollector.Patience, Token);
        var took = Stopwatch.GetElapsedTime(start);
        Server.Proxy.Delay = TimeSpan.Zero;
        await got.WaitForDistinctAsync(501);

        // One after the other they would take 250 s.
        Assert.InRange(took, TimeSpan.FromMilliseconds(400), MessageCollector.Patience);
    }

    [Fact]
    public async Task CancelledAfterSending_OutcomeIsUnknown()
    {
        var app = CreateProxiedApp();
        var topic = Name("orders");
        await using var subscription = await app.CollectAsync(topic, "g", new MessageCollector());
        await app.PublishAsync(topic, "warm");
        Server.Proxy.Hold();

        // Nothing tells when a message was handed to the client: one that was not, on a busy machine, says NotSent; then the
        // next one is given more time.
        var outcome = DeliveryOutcome.NotSent;
        for (var time = TimeSpan.FromMilliseconds(300); outcome == DeliveryOutcome.NotSent && time < TimeSpan.FromSeconds(10); time *= 2)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var publish = app.PublishAsync(topic, "m", cancellationToken: cancel.Token).AsTask();
            await Task.Delay(time, Token);
            await cancel.CancelAsync();
            outcome = (await Assert.ThrowsAsync<PublishCanceledException>(() => publish)).Outcome;
        }

        Server.Proxy.Release();
        Assert.Equal(DeliveryOutcome.Unknown, outcome);
    }

    [Fact]
    public async Task DisposedDuringAnOutage_EndsInTime()
    {
        var timeout = TimeSpan.FromSeconds(2);
        var app = CreateProxiedApp(timeout);
        var topic = Name("orders");
        await app.CollectAsync(topic, "g", new MessageCollector(), o => o.DrainTimeout = TimeSpan.FromSeconds(1));
        await PublishUntilAcknowledgedAsync(app, topic, "warm"); // to connect takes longer than that on a busy machine
        Server.Proxy.Refuse();
        Server.Proxy.Cut();
        var publish = app.PublishAsync(topic, "m").AsTask();

        var start = Stopwatch.GetTimestamp();
        await app.DisposeAsync();

        await Assert.ThrowsAnyAsync<MessagingException>(() => publish);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, timeout + Slack);
    }

    // Five megabytes a round, in a method of its own so that nothing of it is on the test's stack afterwards.
    private static async Task<WeakReference[]> PublishAndTimeOutAsync(MessagingApp app, string topic)
    {
        var bodies = new WeakReference[500];
        var publishes = Enumerable.Range(0, bodies.Length).Select(i =>
        {
            var body = new byte[10_000];
            bodies[i] = new WeakReference(body);
            return app.Publisher.PublishAsync(topic, new OutboundMessage(body), Token).AsTask();
        }).ToArray();
        foreach (var publish in publishes)
        {
            var error = await Assert.ThrowsAsync<PublishTimeoutException>(() => publish);
            Assert.True(error.IsTransient);
        }

        return bodies;
    }

    private static int CountAlive(WeakReference[] bodies)
    {
        GC.Collect();
        return bodies.Count(static body => body.IsAlive);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
