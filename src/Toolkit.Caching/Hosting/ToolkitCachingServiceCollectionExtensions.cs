using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Toolkit.Caching.Decorators;
using Toolkit.Caching.Hosting;

namespace Toolkit.Caching;

/// <summary>Configures memoized methods in an application with services.</summary>
public static class ToolkitCachingServiceCollectionExtensions
{
    /// <summary>
    /// Says what memoized methods use besides memory. In force from the start of the host on (or from
    /// <see cref="UseToolkitCaching"/> on, without a host) until its services are disposed, for all memoized methods of the
    /// process. What was cached before is dropped.
    /// </summary>
    public static IServiceCollection AddToolkitCaching(this IServiceCollection services, Action<CachingBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var registered = services.FirstOrDefault(static s => s.ServiceType == typeof(CachingBuilder))?.ImplementationInstance as CachingBuilder;
        var builder = registered ?? new CachingBuilder();
        if (registered is null)
        {
            services.AddSingleton(builder);
            services.AddSingleton(static provider => new CachingHost(provider.GetRequiredService<CachingBuilder>(), provider));
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<CachingHost>());
        }

        configure(builder);
        return services;
    }

    /// <inheritdoc cref="AddToolkitCaching(IServiceCollection, Action{CachingBuilder})"/>
    public static IServiceCollection AddToolkitCaching(this IServiceCollection services) => services.AddToolkitCaching(static _ => { });

    /// <summary>Puts the settings of <c>AddToolkitCaching</c> in force where no host starts them. Does nothing the second time.</summary>
    /// <exception cref="InvalidOperationException"><c>AddToolkitCaching</c> was not called.</exception>
    public static IServiceProvider UseToolkitCaching(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var host = services.GetService<CachingHost>()
            ?? throw new InvalidOperationException("Call services.AddToolkitCaching(...) before UseToolkitCaching.");
        host.Activate();
        return services;
    }

    /// <summary>
    /// Registers <typeparamref name="TImplementation"/> as <typeparamref name="TService"/> behind the decorator that was generated for
    /// the memoized methods of <typeparamref name="TService"/>. The cached results are the container's: they outlive scoped and
    /// transient instances, and go with the container.
    /// </summary>
    /// <typeparam name="TService">An interface with memoized methods.</typeparam>
    /// <typeparam name="TImplementation">What computes.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="lifetime">The lifetime of the implementation and its decorator.</param>
    /// <exception cref="InvalidOperationException">There is no decorator: no method of the interface is memoized, or it is generic.</exception>
    public static IServiceCollection AddMemoized<
        TService,
        [System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation>(
        this IServiceCollection services, ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentNullException.ThrowIfNull(services);
        var decorator = MemoDecorators.Find<TService>();
        services.AddToolkitCaching();
        services.TryAdd(ServiceDescriptor.Describe(typeof(TImplementation), typeof(TImplementation), lifetime));
        services.TryAddSingleton(_ => new MemoDecorators.Caches<TService>(decorator.CreateCaches()));
        services.Add(ServiceDescriptor.Describe(
            typeof(TService),
            provider => decorator.Decorate(provider.GetRequiredService<TImplementation>(), provider.GetRequiredService<MemoDecorators.Caches<TService>>().Value),
            lifetime));
        return services;
    }
}
