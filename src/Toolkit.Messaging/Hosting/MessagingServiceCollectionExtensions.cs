using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers messaging.</summary>
public static class MessagingServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IMessagePublisher"/>, <see cref="ISubscriber"/>, <see cref="IMessagingRuntime"/> and a hosted service
    /// that starts and drains the registered subscriptions. Without a provider it is the in-memory broker.
    /// </summary>
    /// <param name="services">The application's services; a <see cref="TimeProvider"/> among them is used.</param>
    /// <param name="configure">Provider, serialisation, topics, subscriptions.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddMessaging(this IServiceCollection services, Action<MessagingBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(d => d.ServiceType == typeof(MessagingBuilder)))
        {
            throw new InvalidOperationException("AddMessaging was called twice: an application has one messaging set-up.");
        }

        var builder = new MessagingBuilder(services);
        configure?.Invoke(builder);
        builder.Options.Validate();
        services.AddSingleton(builder);
        services.AddSingleton(builder.Options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static p => new InMemoryBroker(new InMemoryBrokerOptions(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static p => p.GetRequiredService<MessagingBuilder>().CreateSerializer(p));
        services.TryAddSingleton(static p => p.GetRequiredService<MessagingBuilder>().CreateTransport(p));
        services.TryAddSingleton<IMessagePublisher>(static p => new MessagePublisher(p.GetRequiredService<IMessageTransport>(), p.GetRequiredService<IMessageSerializer>(), p.GetRequiredService<MessagingOptions>().Publisher, p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ISubscriber>(static p => new Subscriber(
            p.GetRequiredService<IMessageTransport>(),
            p.GetRequiredService<IMessagePublisher>(),
            p.GetRequiredService<IMessageSerializer>(),
            p.GetRequiredService<MessagingOptions>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetService<ILogger<ISubscriber>>() ?? NullLogger<ISubscriber>.Instance));
        services.TryAddSingleton<IMessagingRuntime>(static p => new MessagingRuntime(
            p,
            p.GetRequiredService<IMessageTransport>(),
            p.GetRequiredService<IMessagePublisher>(),
            p.GetRequiredService<ISubscriber>(),
            p.GetRequiredService<MessagingBuilder>(),
            p.GetServices<SubscriptionRegistration>()));
        services.AddSingleton<IHostedService>(static p => new MessagingHostedService(p.GetRequiredService<IMessagingRuntime>()));
        return services;
    }

    /// <summary>
    /// As <see cref="AddMessaging(IServiceCollection, Action{MessagingBuilder})"/>, with settings from
    /// <paramref name="section"/>, which win over those in code: one setting, <c>Provider</c>, switches the broker.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section, usually <c>Messaging</c>; see <see cref="MessagingBuilder.ReadConfiguration"/>.</param>
    /// <param name="configure">Providers to choose from, serialisation, topics, subscriptions.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddMessaging(this IServiceCollection services, IConfiguration section, Action<MessagingBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddMessaging(builder =>
        {
            configure?.Invoke(builder);
            builder.ReadConfiguration(section);
        });
    }
}
