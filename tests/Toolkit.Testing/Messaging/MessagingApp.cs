using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;
using Xunit;

namespace Toolkit.Testing.Messaging;

/// <summary>One application under test: a service provider with messaging in it.</summary>
public sealed class MessagingApp : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public MessagingApp(Action<MessagingBuilder> configure, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddMessaging(configure);
        _provider = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _provider;

    public IMessagePublisher Publisher => _provider.GetRequiredService<IMessagePublisher>();

    public ISubscriber Subscriber => _provider.GetRequiredService<ISubscriber>();

    public IMessageTransport Transport => _provider.GetRequiredService<IMessageTransport>();

    public TransportCapabilities Capabilities => Transport.Capabilities;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DeclareAsync(string topic, int? partitions = null) =>
        Transport.EnsureTopicAsync(new TopicSpec(topic) { Partitions = partitions }, Token);

    public ValueTask<PublishReceipt> PublishAsync(string topic, string text, string? key = null, MessageHeaders? headers = null, string? id = null, CancellationToken? cancellationToken = null) =>
        Publisher.PublishAsync(topic, new OutboundMessage(Encoding.UTF8.GetBytes(text)) { Key = key, Headers = headers, MessageId = id, ContentType = "text/plain" }, cancellationToken ?? Token);

    public ValueTask<ISubscription> SubscribeAsync(string topic, string group, Func<MessageContext<ReadOnlyMemory<byte>>, CancellationToken, ValueTask<Settlement>> handler, Action<SubscriptionOptions>? configure = null)
    {
        // Short waits, so that retries don't make the suite slow.
        var options = new SubscriptionOptions(topic, group) { Retry = new RetryOptions { Delay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) } };
        configure?.Invoke(options);
        return Subscriber.SubscribeAsync(options, handler, Token);
    }

    public ValueTask<ISubscription> CollectAsync(string topic, string group, MessageCollector collector, Action<SubscriptionOptions>? configure = null) =>
        SubscribeAsync(topic, group, collector.HandleAsync, configure);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
