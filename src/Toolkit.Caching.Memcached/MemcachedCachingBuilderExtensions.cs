using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching.Memcached;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching;

/// <summary>Puts memcached behind memoized methods.</summary>
public static class MemcachedCachingBuilderExtensions
{
    /// <summary>Adds memcached: <c>localhost:11211</c>, or several servers separated by commas.</summary>
    public static CachingBuilder UseMemcached(this CachingBuilder builder, string servers) => builder.UseMemcached(options => options.Servers = servers);

    /// <summary>Adds memcached with options from configuration: a section with the properties of <see cref="MemcachedStoreOptions"/>.</summary>
    public static CachingBuilder UseMemcached(this CachingBuilder builder, IConfiguration configuration) =>
        builder.UseMemcached(options => MemcachedStoreOptionsReader.Read(configuration, options));

    /// <summary>Adds memcached as the default store.</summary>
    public static CachingBuilder UseMemcached(this CachingBuilder builder, Action<MemcachedStoreOptions> configure) =>
        builder.UseMemcached(CachingBuilder.DefaultStore, configure);

    /// <summary>Adds memcached as the store <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CachingBuilder UseMemcached(this CachingBuilder builder, string name, Action<MemcachedStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = Build(configure);
        return builder.AddStore(name, services => new MemcachedCacheStore(options, TimeOf(services)));
    }

    /// <summary>Registers memcached as the <see cref="IDistributedCache"/>: for HybridCache, FusionCache and ASP.NET sessions.</summary>
    public static IServiceCollection AddMemcachedDistributedCache(this IServiceCollection services, Action<MemcachedStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = Build(configure);
        services.AddSingleton(provider => new MemcachedCacheStore(options, TimeOf(provider)));
        services.AddSingleton<IDistributedCache>(provider =>
            provider.GetRequiredService<MemcachedCacheStore>().AsDistributedCache("distributed", TimeOf(provider)));
        return services;
    }

    private static MemcachedStoreOptions Build(Action<MemcachedStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MemcachedStoreOptions();
        configure(options);
        options.Validate();
        return options;
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
}
