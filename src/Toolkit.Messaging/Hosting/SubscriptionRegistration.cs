using Microsoft.Extensions.DependencyInjection;

namespace Toolkit.Messaging;

/// <summary>A subscription that starts with the application.</summary>
internal sealed record SubscriptionRegistration(SubscriptionOptions Options, Func<IServiceProvider, ISubscriber, SubscriptionOptions, CancellationToken, ValueTask<ISubscription>> StartAsync)
{
    public static SubscriptionRegistration ForHandler<TMessage, THandler>(SubscriptionOptions options)
        where THandler : class, IMessageHandler<TMessage> => new(options, static (provider, subscriber, options, cancellationToken) =>
        {
            var scopes = provider.GetRequiredService<IServiceScopeFactory>();
            return subscriber.SubscribeAsync<TMessage>(options, (context, token) => HandleAsync<TMessage, THandler>(scopes, context, token), cancellationToken);
        });

    private static async ValueTask<Settlement> HandleAsync<TMessage, THandler>(IServiceScopeFactory scopes, MessageContext<TMessage> context, CancellationToken cancellationToken)
        where THandler : class, IMessageHandler<TMessage>
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            return await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }
}
