using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>Sets up messaging for an application. Used while services are registered; not safe for concurrent use.</summary>
public sealed partial class MessagingBuilder
{
    private readonly List<IJsonTypeInfoResolver> _resolvers = [];
    private readonly Dictionary<string, Func<IServiceProvider, IMessageTransport>> _transports = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Func<IServiceProvider, IMessageTransport, IMessageTransport>> _decorators = [];
    private Func<IServiceProvider, IMessageSerializer>? _serializer;
    private string? _selected;

    internal MessagingBuilder(IServiceCollection services)
    {
        Services = services;
        AddTransport(InMemoryName, static provider => new InMemoryTransport(provider.GetRequiredService<InMemoryBroker>()));
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    internal const string InMemoryName = "memory";

    internal MessagingOptions Options { get; } = new();

    /// <summary>Publishes and subscribes in the memory of this process: the default.</summary>
    /// <param name="broker">A broker to share with other applications or a test; null for one of the application's own.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder UseInMemory(InMemoryBroker? broker = null)
    {
        if (broker is not null)
        {
            Services.Replace(ServiceDescriptor.Singleton(broker));
        }

        return UseTransport(InMemoryName);
    }

    /// <summary>Offers a transport under a name; a provider package calls it. The last call for a name counts.</summary>
    /// <param name="name">Name, as in configuration (<c>kafka</c>, <c>rabbitmq</c>).</param>
    /// <param name="factory">Makes the transport, once.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder AddTransport(string name, Func<IServiceProvider, IMessageTransport> factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        _transports[name] = factory;
        return this;
    }

    /// <summary>Selects one of the transports offered.</summary>
    /// <param name="name">Name given to <see cref="AddTransport"/>, or <c>memory</c>.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder UseTransport(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _selected = name;
        return this;
    }

    /// <summary>Wraps whatever transport is selected (a spool, a test's fault injection).</summary>
    /// <param name="decorator">Makes the outer transport of the inner one, which it owns from then on.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder DecorateTransport(Func<IServiceProvider, IMessageTransport, IMessageTransport> decorator)
    {
        ArgumentNullException.ThrowIfNull(decorator);
        _decorators.Add(decorator);
        return this;
    }

    /// <summary>Serialises the types that source-generated JSON contexts know; call it once for each context.</summary>
    /// <param name="resolvers">Such as <c>OrdersJson.Default</c>.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder UseJson(params IEnumerable<IJsonTypeInfoResolver> resolvers)
    {
        _resolvers.AddRange(resolvers);
        return this;
    }

    /// <summary>Serialises by a serialiser of one's own.</summary>
    /// <param name="factory">Makes it, once.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder UseSerializer(Func<IServiceProvider, IMessageSerializer> factory)
    {
        _serializer = factory;
        return this;
    }

    /// <summary>Changes how messages are published.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder ConfigurePublisher(Action<PublisherOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options.Publisher);
        return this;
    }

    /// <summary>Says what to do about topics, exchanges and queues at start-up.</summary>
    /// <param name="mode">Declare, verify or leave alone.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder UseTopology(TopologyMode mode)
    {
        Options.Topology = mode;
        return this;
    }

    /// <summary>Makes sure of a topic (exchange) when the application starts.</summary>
    /// <param name="name">Name.</param>
    /// <param name="configure">Partitions, replicas, native settings.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder AddTopic(string name, Action<TopicSpec>? configure = null)
    {
        var topic = new TopicSpec(name) { DefaultMode = Options.Topology };
        configure?.Invoke(topic);
        Options.Topics.Add(topic);
        return this;
    }

    /// <summary>Subscribes a handler when the application starts. The handler is resolved from a scope of its own for each message.</summary>
    /// <typeparam name="TMessage">Type of the messages.</typeparam>
    /// <typeparam name="THandler">Type of the handler; registered as scoped unless it is registered already.</typeparam>
    /// <param name="topic">Topic (Kafka), exchange (RabbitMQ).</param>
    /// <param name="group">Group: each group gets every message, its members share them.</param>
    /// <param name="configure">Order, concurrency, retry and so on.</param>
    /// <returns>This builder.</returns>
    public MessagingBuilder AddSubscription<TMessage, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string topic, string group, Action<SubscriptionOptions>? configure = null)
        where THandler : class, IMessageHandler<TMessage>
    {
        var options = new SubscriptionOptions(topic, group);
        configure?.Invoke(options);
        options.Validate();
        Services.TryAddScoped<THandler>();
        Services.AddSingleton(SubscriptionRegistration.ForHandler<TMessage, THandler>(options));
        return this;
    }

    internal IMessageSerializer CreateSerializer(IServiceProvider provider) => _serializer?.Invoke(provider) ?? new JsonMessageSerializer(_resolvers);

    internal IMessageTransport CreateTransport(IServiceProvider provider)
    {
        var name = _selected ?? InMemoryName;
        if (!_transports.TryGetValue(name, out var factory))
        {
            throw new InvalidOperationException($"No messaging transport named '{name}' was added; there are: {string.Join(", ", _transports.Keys.Order(StringComparer.Ordinal))}. Add the provider's package and call its Use or Add method.");
        }

        var transport = factory(provider);
        foreach (var decorator in _decorators)
        {
            transport = decorator(provider, transport);
        }

        return transport;
    }
}
