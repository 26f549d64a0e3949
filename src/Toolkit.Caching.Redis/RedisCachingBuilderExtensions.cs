using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching.Redis;

namespace Toolkit.Caching;

/// <summary>Puts Redis behind memoized methods.</summary>
public static class RedisCachingBuilderExtensions
{
    /// <summary>Adds a Redis store and its backplane: <c>localhost:6379</c>, with the options that StackExchange.Redis reads.</summary>
    public static CachingBuilder UseRedis(this CachingBuilder builder, string configuration) =>
        builder.UseRedis(options => options.Configuration = configuration);

    /// <summary>Adds a Redis store and its backplane, from a section with <c>Configuration</c>, <c>KeyPrefix</c>, <c>MaximumTimeToLive</c>.</summary>
    public static CachingBuilder UseRedis(this CachingBuilder builder, IConfiguration configuration) =>
        builder.UseRedis(options => RedisStoreOptionsReader.Read(configuration, options));

    /// <summary>Adds a Redis store as the default one, and its backplane.</summary>
    public static CachingBuilder UseRedis(this CachingBuilder builder, Action<RedisStoreOptions> configure) =>
        builder.UseRedis(CachingBuilder.DefaultStore, configure);

    /// <summary>Adds a Redis store as the store <paramref name="name"/>, and its backplane.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CachingBuilder UseRedis(this CachingBuilder builder, string name, Action<RedisStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new RedisStoreOptions();
        configure(options);
        var connection = new SharedRedisConnection(options);
        return builder
            .AddStore(name, services => RedisCacheStore.Share(connection, services.GetService<TimeProvider>() ?? TimeProvider.System))
            .AddBackplane(services => RedisBackplane.Share(connection, services.GetService<TimeProvider>() ?? TimeProvider.System));
    }

    /// <summary>
    /// Registers Microsoft.Extensions.Caching.StackExchangeRedis as the <see cref="IDistributedCache"/>, over
    /// <paramref name="connection"/>: for HybridCache, FusionCache and ASP.NET sessions on the same multiplexer.
    /// </summary>
    public static IServiceCollection AddRedisDistributedCache(this IServiceCollection services, RedisConnection connection)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connection);
        return services.AddStackExchangeRedisCache(options =>
        {
            options.InstanceName = connection.Options.KeyPrefix + "d:";
            options.ConnectionMultiplexerFactory = () => connection.GetMultiplexerAsync(CancellationToken.None);
        });
    }
}
