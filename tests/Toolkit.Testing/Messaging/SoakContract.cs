using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Toolkit.Messaging;
using Toolkit.Testing.Servers;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>
/// A minute (ten with TOOLKIT_LONG_TESTS=1) of publishing and handling while the server is killed, restarted, paused and its
/// connections are cut. Each key has one publisher that numbers its messages, so that two numbers a key tell whether
/// anything was lost or came too early, however long it runs.
/// </summary>
public abstract class SoakContract : MessagingContract
{
    private const int Keys = 16;
    private const int MaxInFlight = 64;
    private static readonly TimeSpan s_duration = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(4);

    /// <summary>The server under test, which nothing else uses.</summary>
    protected abstract TestServer Server { get; }

    /// <summary>Selects the provider, reaching the server through its proxy.</summary>
    protected abstract void UseProxy(MessagingBuilder messaging);

    protected override void Use(MessagingBuilder messaging) => UseProxy(messaging);

    [Fact]
    public async Task RestartsAndCuts_AllTheTime_NothingAcknowledgedIsLostAndKeysKeepTheirOrder()
    {
        var topic = Name("soak");
        var sender = CreateApp(m => m.ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMinutes(1)));
        SoakGroup[] groups = [new("billing"), new("shipping")];
        var subscriptions = new List<ISubscription>();
        foreach (var group in groups)
        {
            // Two members each, in applications of their own.
            for (var member = 0; member < 2; member++)
            {
                subscriptions.Add(await CreateApp().SubscribeAsync(topic, group.Name, group.HandleAsync, o => (o.MaxConcurrency, o.MaxInFlight, o.Retry.MaxDeliveries) = (8, MaxInFlight, 1_000)));
            }
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var acknowledged = new int[Keys];
        var publishing = Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(() => PublishAsync(sender, topic, key, acknowledged, end.Token), Token)));
        var disturbances = await DisturbAsync(() => acknowledged.Sum(), subscriptions);
        await end.CancelAsync();
        await publishing.WaitAsync(MessageCollector.Patience, Token);

        foreach (var group in groups)
        {
            await group.WaitForAsync(acknowledged);
        }

        foreach (var subscription in subscriptions)
        {
            await CatchUpAsync(subscription);
            Assert.Equal(SubscriptionState.Running, subscription.State);
        }

        Assert.All(groups, group => Assert.Empty(group.Violations));
        Assert.All(acknowledged, count => Assert.NotEqual(0, count));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged.Sum()} messages, {disturbances} disturbances, {groups.Sum(g => g.Repeated)} repeated, {groups.Sum(g => g.Failed)} failed attempts"));
    }

    private static async Task PublishAsync(MessagingApp app, string topic, int key, int[] acknowledged, CancellationToken end)
    {
        for (var number = 0; !end.IsCancellationRequested;)
        {
            try
            {
                await app.PublishAsync(topic, number.ToString(CultureInfo.InvariantCulture), key: key.ToString(CultureInfo.InvariantCulture));
                Volatile.Write(ref acknowledged[key], ++number);
            }
            catch (MessagingException error) when (error.IsTransient)
            {
                // Its deadline passed in an outage, which is an honest end: the same number again, as an application does.
            }
        }
    }

    private static async Task CatchUpAsync(ISubscription subscription)
    {
        try
        {
            await subscription.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);
        }
        catch (TimeoutException)
        {
            var lag = await subscription.GetLagAsync(Token);
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Not caught up: state {subscription.State}, {subscription.InFlight} in flight, lag {lag}."));
        }
    }

    private async Task<int> DisturbAsync(Func<int> acknowledged, IReadOnlyList<ISubscription> subscriptions)
    {
        Func<Task>[] disturbances =
        [
            () => Cut(),
            async () =>
            {
                await Server.KillAsync(Token);
                await Server.StartAsync(Token);
            },
            () => Cut(),
            async () =>
            {
                await Server.PauseAsync(Token);
                await Task.Delay(TimeSpan.FromSeconds(2), Token); // the pause itself
                await Server.ResumeAsync(Token);
            },
            () => Server.RestartAsync(Token),
        ];
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(start) < s_duration)
        {
            // Each begins when publishing goes on again after the last one, and has for a while.
            var before = acknowledged();
            await UntilAsync(() => acknowledged() >= before + (10 * Keys));
            await Task.Delay(s_calm, Token);
            Assert.All(subscriptions, subscription => Assert.InRange(subscription.InFlight, 0, MaxInFlight));
            await disturbances[count++ % disturbances.Length]();
        }

        return count;

        Task Cut()
        {
            Server.Proxy.Cut();
            return Task.CompletedTask;
        }
    }

    private sealed class SoakGroup(string name)
    {
        private readonly int[] _next = new int[Keys];
        private int _repeated;
        private int _failed;

        public string Name => name;

        public ConcurrentQueue<string> Violations { get; } = [];

        public int Repeated => _repeated;

        public int Failed => _failed;

        public async ValueTask<Settlement> HandleAsync(MessageContext<ReadOnlyMemory<byte>> context, CancellationToken cancellationToken)
        {
            var key = int.Parse(context.Key!, CultureInfo.InvariantCulture);
            var number = int.Parse(context.Message.Span, CultureInfo.InvariantCulture);
            if (number % 101 == 7 && context.Attempt == 1)
            {
                Interlocked.Increment(ref _failed);
                return number % 2 == 0 ? Settlement.Retry() : throw new InvalidOperationException("as it happens");
            }

            if (number % 37 == 0)
            {
                await Task.Yield();
            }

            var next = Volatile.Read(ref _next[key]);
            if (number > next)
            {
                Violations.Enqueue($"{name}: {key}/{number} came before {next}");
            }
            else if (number < next)
            {
                Interlocked.Increment(ref _repeated);
            }
            else
            {
                Volatile.Write(ref _next[key], number + 1);
            }

            return Settlement.Complete;
        }

        public Task WaitForAsync(int[] acknowledged) =>
            UntilAsync(() => !Violations.IsEmpty || Enumerable.Range(0, Keys).All(key => Volatile.Read(ref _next[key]) >= acknowledged[key]));
    }
}
