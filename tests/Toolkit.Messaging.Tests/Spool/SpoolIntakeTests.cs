using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Messaging.Spool;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Spool;

/// <summary>What the spool takes, and when, with a broker that the test answers for.</summary>
public sealed class SpoolIntakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("toolkit-spool-").FullName;
    private readonly FakeTimeProvider _time = new();
    private HoldingTransport _held = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string SpoolPath => Path.Combine(_folder, "messages.spool");

    [Fact]
    public async Task Patience_IsOver_SpooledPublishKeepsItsBytesWhereTheClientStillHoldsThem()
    {
        await using var app = CreateApp();
        var body = "first"u8.ToArray();
        var publish = app.Publisher.PublishAsync("orders", new OutboundMessage(body), Token).AsTask();
        var held = Assert.Single(_held.Held);

        _time.Advance(SpoolOptions.DefaultPatience * 2);
        Assert.Equal(Durability.Spooled, (await publish).Level);
        "other"u8.CopyTo(body); // the caller's again

        Assert.Equal("first"u8.ToArray(), held.Body.ToArray());
        Assert.True(held.IsAbandoned);
    }

    [Fact]
    public async Task Patience_PublishWasCancelled_DoesNotSpoolTheOthers()
    {
        await using var app = CreateApp();
        using var cancel = new CancellationTokenSource();
        var cancelled = app.PublishAsync("orders", "cancelled", cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(DeliveryOutcome.Unknown, (await Assert.ThrowsAsync<PublishCanceledException>(() => cancelled)).Outcome);
        _time.Advance(SpoolOptions.DefaultPatience - TimeSpan.FromMilliseconds(1));
        var publish = app.PublishAsync("orders", "m").AsTask();

        _time.Advance(SpoolOptions.DefaultPatience / 2);
        _held.Held.Last().Succeed(Durability.Memory);

        Assert.Equal(Durability.Memory, (await publish).Level);
    }

    [Fact]
    public async Task SpoolIsFull_OfManyAtOnce_TakesWhatFitsAndSaysOfTheRestWhatIsTrue()
    {
        await using var app = CreateApp(o => o.MaxMessages = 5);
        var sent = Enumerable.Range(0, 8).Select(i => app.PublishAsync("orders", i.ToString(CultureInfo.InvariantCulture)).AsTask()).ToArray();
        _held.Health = new(TransportStatus.Reconnecting, "Away.");
        var notSent = app.PublishAsync("orders", "not sent").AsTask(); // takes the others with it

        var results = await Task.WhenAll(sent.Append(notSent).Select(OutcomeAsync));

        Assert.Equal([null, null, null, null, null, DeliveryOutcome.Unknown, DeliveryOutcome.Unknown, DeliveryOutcome.Unknown, DeliveryOutcome.NotSent], results);
    }

    [Fact]
    public async Task BrokerIsBack_PublishersNeverPause_SpoolBecomesEmptyAndOrderHolds()
    {
        const int Publishers = 16;
        var broker = new InMemoryBroker();
        await using var app = new MessagingApp(m => m.UseInMemory(broker).UseSpool(SpoolPath, o => o.RetryDelay = TimeSpan.FromMilliseconds(20)));
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got);
        broker.SetAvailable(false);
        using var end = new CancellationTokenSource();
        var direct = 0;
        var allDirect = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<int> PublishAsync(int publisher)
        {
            var count = 0;
            for (var seen = false; !end.IsCancellationRequested; count++)
            {
                var receipt = await app.PublishAsync("orders", count.ToString(CultureInfo.InvariantCulture), key: $"k{publisher}");
                if (!seen && receipt.Level == Durability.Memory)
                {
                    seen = true;
                    if (Interlocked.Increment(ref direct) == Publishers)
                    {
                        allDirect.SetResult();
                    }
                }

                if (count == 100 && publisher == 0)
                {
                    broker.SetAvailable(true);
                }

                await Task.Yield();
            }

            return count;
        }

        var publishing = Enumerable.Range(0, Publishers).Select(PublishAsync).ToArray();
        await allDirect.Task.WaitAsync(MessageCollector.Patience, Token);
        await end.CancelAsync();
        var published = await Task.WhenAll(publishing);
        await subscription.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);

        foreach (var (publisher, count) in published.Index())
        {
            var numbers = got.Items.Where(i => i.Key == $"k{publisher}").Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture)).Distinct();
            Assert.Equal(Enumerable.Range(0, count), numbers);
        }
    }

    [Fact]
    public async Task UseSpool_FileIsInUse_FailsAndNamesTheSetting()
    {
        await using var app = CreateApp();
        await using var second = new MessagingApp(m => m.UseSpool(SpoolPath));

        var error = Assert.Throws<InvalidOperationException>(() => second.Publisher);

        Assert.Contains(SpoolPath, error.Message, StringComparison.Ordinal);
        Assert.Contains("SpoolOptions.Path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseSpool_NoSuchFolder_FailsAndNamesTheSetting()
    {
        await using var app = new MessagingApp(m => m.UseSpool(Path.Combine(_folder, "missing", "messages.spool")));

        Assert.Contains("SpoolOptions.Path", Assert.Throws<InvalidOperationException>(() => app.Publisher).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseSpool_FileIsNoDatabase_FailsAndNamesTheSetting()
    {
        await File.WriteAllTextAsync(SpoolPath, new string('x', 5000), Token);
        await using var app = new MessagingApp(m => m.UseSpool(SpoolPath));

        Assert.Contains("SpoolOptions.Path", Assert.Throws<InvalidOperationException>(() => app.Publisher).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<DeliveryOutcome?> OutcomeAsync(Task<PublishReceipt> publish)
    {
        try
        {
            Assert.Equal(Durability.Spooled, (await publish).Level);
            return null;
        }
        catch (BrokerUnavailableException exception)
        {
            return exception.Outcome;
        }
    }

    // The broker inside holds everything until the test answers.
    [Fact]
    public async Task Forwarding_BrokerNeverAnswers_TimesOutAndIsRepeatedInOrder()
    {
        await using var app = CreateApp();
        _held.Health = new(TransportStatus.Reconnecting, "Away.");
        var first = app.PublishAsync("orders", "1", key: "k", id: "first").AsTask();
        var second = app.PublishAsync("orders", "2", key: "k", id: "second").AsTask();
        await Task.WhenAll(first, second);
        _held.Health = new(TransportStatus.Connected, "Back.");

        await UntilAsync(() => _held.Held.Count == 2); // asked twice: the first time it gave no answer
        var sent = _held.Held.ToArray();
        Assert.Equal(["first", "first"], sent.Select(r => r.MessageId));
        Assert.True(sent[0].IsAbandoned);
        Assert.False(sent[1].IsAbandoned);
        sent[1].Succeed(Durability.Memory);
        await UntilAsync(() => _held.Held.Count >= 3);

        Assert.Equal("second", _held.Held.ElementAt(2).MessageId);
        _held.Held.Last().Succeed(Durability.Memory);
    }

    // Moves the clock on until something is so; each step lets others run.
    private async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(MessageCollector.Patience);
        while (!condition())
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
        }
    }

    private MessagingApp CreateApp(Action<SpoolOptions>? configure = null)
    {
        var app = new MessagingApp(m => m.DecorateTransport((_, inner) => _held = new HoldingTransport(inner)).UseSpool(SpoolPath, configure), _time);
        _ = app.Services.GetRequiredService<IMessageTransport>();
        return app;
    }
}
