using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging.Spool;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.Spool;

public sealed class SpoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("toolkit-spool-").FullName;
    private readonly InMemoryBroker _broker = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "messages.spool");

    [Fact]
    public async Task PublishAsync_BrokerThere_PassesThrough()
    {
        await using var app = CreateApp();
        var receipt = await app.PublishAsync("orders", "m");
        Assert.Equal(Durability.Memory, receipt.Level);
        Assert.Equal(0, Transport(app).Spooled);
    }

    [Fact]
    public async Task PublishAsync_BrokerAway_IsSpooledAndForwardedInOrderPerKey()
    {
        await using var app = CreateApp();
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got, o => o.MaxConcurrency = 1);
        _broker.SetAvailable(false);
        var receipts = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => app.PublishAsync("orders", i.ToString(CultureInfo.InvariantCulture), key: $"k{i % 3}", headers: new MessageHeaders { { "h", "v" } }).AsTask()));
        Assert.All(receipts, r => Assert.Equal(Durability.Spooled, r.Level));
        Assert.Empty(got.Items);

        _broker.SetAvailable(true);
        await got.WaitForAsync(300);

        foreach (var lane in got.Items.GroupBy(i => i.Key))
        {
            var numbers = lane.Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(numbers.Order(), numbers);
        }

        Assert.Equal(receipts.Select(r => r.MessageId).Order(), got.Items.Select(i => i.MessageId!).Order());
        Assert.All(got.Items, i => Assert.Equal("v", i.Headers.GetString("h")));
    }

    [Fact]
    public async Task PublishAsync_ConnectionLostWithMessagesOnTheirWay_TheyStayBeforeLaterOnesOfTheirKey()
    {
        var narrow = new InMemoryBroker(new InMemoryBrokerOptions { CapacityPerPartition = 1 });
        await using var app = new MessagingApp(m => m.UseInMemory(narrow).UseSpool(File, o => o.Patience = TimeSpan.FromMilliseconds(200)));
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var got = new MessageCollector(async (_, _) =>
        {
            await go.Task;
            return Settlement.Complete;
        });
        await using var subscription = await app.CollectAsync("orders", "g", got, o => (o.MaxConcurrency, o.MaxInFlight) = (1, 1));
        ValueTask<PublishReceipt> Publish(int i) => app.PublishAsync("orders", i.ToString(CultureInfo.InvariantCulture), key: "k");
        var publishes = Enumerable.Range(0, 10).Select(i => Publish(i).AsTask()).ToList(); // some of them wait for room

        narrow.SetAvailable(false);
        publishes.AddRange(Enumerable.Range(10, 10).Select(i => Publish(i).AsTask()));
        await Task.WhenAll(publishes);
        narrow.SetAvailable(true);
        go.SetResult();
        await got.WaitForDistinctAsync(20);

        Assert.Equal(Enumerable.Range(0, 20), got.Texts.Distinct().Select(t => int.Parse(t, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task PublishAsync_ProcessEndsWhileTheBrokerIsAway_NextOneForwards()
    {
        _broker.SetAvailable(false);
        await using (var first = CreateApp())
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(Durability.Spooled, (await first.PublishAsync("orders", $"m{i}", key: "k")).Level);
            }
        }

        _broker.SetAvailable(true);
        await using var second = CreateApp();
        var got = new MessageCollector();
        await using var subscription = await second.CollectAsync("orders", "g", got);
        await got.WaitForAsync(20);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"m{i}"), got.Texts);
    }

    [Fact]
    public async Task PublishAsync_AfterTheSpoolIsEmpty_GoesDirectlyAgain()
    {
        await using var app = CreateApp();
        _broker.SetAvailable(false);
        await app.PublishAsync("orders", "spooled");
        _broker.SetAvailable(true);

        // Each publish until then is spooled behind the others, in order; bounded by the collector's patience.
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got);
        await got.WaitForAsync(1);
        var deadline = TimeProvider.System.GetTimestamp();
        while ((await app.PublishAsync("orders", "x")).Level == Durability.Spooled)
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(deadline), TimeSpan.Zero, MessageCollector.Patience);
        }
    }

    [Fact]
    public async Task PublishAsync_SpoolIsFull_FailsTyped()
    {
        await using var app = CreateApp(o => o.MaxMessages = 5);
        _broker.SetAvailable(false);
        for (var i = 0; i < 5; i++)
        {
            await app.PublishAsync("orders", "m");
        }

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(async () => await app.PublishAsync("orders", "m"));

        Assert.Contains("SpoolOptions.MaxMessages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_FileCantBeWritten_FailsTypedAndGoesOnWithTheBroker()
    {
        await using var app = CreateApp();
        _broker.SetAvailable(false);
        _ = Transport(app);
        await using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE messages";
            await command.ExecuteNonQueryAsync(Token);
        }

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(async () => await app.PublishAsync("orders", "m"));
        _broker.SetAvailable(true);
        var receipt = await app.PublishAsync("orders", "m");

        Assert.Contains("can't be written", error.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Unknown, error.Outcome);
        Assert.Equal(Durability.Memory, receipt.Level);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SpoolTransport Transport(MessagingApp app) => (SpoolTransport)app.Services.GetRequiredService<IMessageTransport>();

    private MessagingApp CreateApp(Action<SpoolOptions>? configure = null) => new(m => m.UseInMemory(_broker).UseSpool(File, o =>
    {
        o.RetryDelay = TimeSpan.FromMilliseconds(20);
        configure?.Invoke(o);
    }));
}
