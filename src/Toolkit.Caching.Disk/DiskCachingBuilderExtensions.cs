using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching;

/// <summary>Puts a disk cache behind memoized methods.</summary>
public static class DiskCachingBuilderExtensions
{
    /// <summary>Adds a disk cache in <paramref name="folder"/> with the default options.</summary>
    public static CachingBuilder UseDisk(this CachingBuilder builder, string folder) => builder.UseDisk(options => options.Folder = folder);

    /// <summary>Adds a disk cache with options from configuration: a section with the properties of <see cref="DiskCacheOptions"/>.</summary>
    public static CachingBuilder UseDisk(this CachingBuilder builder, IConfiguration configuration) =>
        builder.UseDisk(options => DiskCacheOptionsReader.Read(configuration, options));

    /// <summary>Adds a disk cache as the default store.</summary>
    public static CachingBuilder UseDisk(this CachingBuilder builder, Action<DiskCacheOptions> configure) =>
        builder.UseDisk(CachingBuilder.DefaultStore, configure);

    /// <summary>Adds a disk cache as the store <paramref name="name"/>, and the backplane of the processes that share it.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CachingBuilder UseDisk(this CachingBuilder builder, string name, Action<DiskCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = Build(configure);
        return builder
            .AddStore(name, services => new DiskCacheStore(options, TimeOf(services), LoggerOf(services)))
            .AddBackplane(services => new DiskBackplane(options, TimeOf(services), services.GetService<ILogger<DiskBackplane>>() ?? NullLogger<DiskBackplane>.Instance));
    }

    /// <summary>Registers a disk cache as the <see cref="IDistributedCache"/>: for HybridCache, FusionCache and ASP.NET sessions.</summary>
    public static IServiceCollection AddDiskDistributedCache(this IServiceCollection services, Action<DiskCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = Build(configure);
        services.AddSingleton(provider => new DiskCacheStore(options, TimeOf(provider), LoggerOf(provider)));
        services.AddSingleton<IDistributedCache>(provider =>
            provider.GetRequiredService<DiskCacheStore>().AsDistributedCache("distributed", TimeOf(provider)));
        return services;
    }

    private static DiskCacheOptions Build(Action<DiskCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new DiskCacheOptions();
        configure(options);
        options.Validate();
        return options;
    }

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private static ILogger<DiskCacheStore> LoggerOf(IServiceProvider services) =>
        services.GetService<ILogger<DiskCacheStore>>() ?? NullLogger<DiskCacheStore>.Instance;
}
