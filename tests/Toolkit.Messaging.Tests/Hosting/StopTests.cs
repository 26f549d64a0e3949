using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Tests.Hosting;

/// <summary>How long an application's stop waits for its subscriptions.</summary>
public sealed class StopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StopAsync_SeveralSubscriptions_DrainSideBySideEachWithinBothTimeouts()
    {
        var subscriber = new RecordingSubscriber();
        var services = new ServiceCollection();
        services.AddSingleton<ISubscriber>(subscriber);
        services.AddMessaging(m =>
        {
            m.UseInMemory(new InMemoryBroker());
            m.AddSubscription<OrderPlaced, Handler>("short", "g", o => o.DrainTimeout = TimeSpan.FromSeconds(3));
            m.AddSubscription<OrderPlaced, Handler>("long", "g", o => o.DrainTimeout = TimeSpan.FromSeconds(60));
        });
        services.AddSingleton<TimeProvider>(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<MessagingOptions>().ShutdownTimeout = TimeSpan.FromSeconds(10);
        var runtime = provider.GetRequiredService<IMessagingRuntime>();
        await runtime.StartAsync(Token);

        var stopping = runtime.StopAsync(Token);
        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)], subscriber.Drains);
        Assert.False(stopping.IsCompleted);
        subscriber.Drained.SetResult();
        await stopping;
    }

    public sealed class Handler : IMessageHandler<OrderPlaced>
    {
        public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken) => new(Settlement.Complete);
    }

    private sealed class RecordingSubscriber : ISubscriber, ISubscription
    {
        public List<TimeSpan> Drains { get; } = [];

        public TaskCompletionSource Drained { get; } = new();

        public TransportCapabilities Capabilities => throw new NotSupportedException();

        public SubscriptionState State => SubscriptionState.Running;

        public MessagingException? Error => null;

        public int InFlight => 0;

        public ValueTask<ISubscription> SubscribeAsync<T>(SubscriptionOptions options, Func<MessageContext<T>, CancellationToken, ValueTask<Settlement>> handler, CancellationToken cancellationToken = default) => new(this);

        public ValueTask DrainAsync(TimeSpan max, CancellationToken cancellationToken = default)
        {
            Drains.Add(max);
            return new(Drained.Task);
        }

        public ValueTask<long?> GetLagAsync(CancellationToken cancellationToken = default) => new(0L);

        public ValueTask CatchUpAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
