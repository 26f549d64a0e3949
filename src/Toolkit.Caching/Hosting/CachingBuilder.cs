using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Bridges;
using Toolkit.Caching.Configuration;
using Toolkit.Caching.Hosting;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching;

/// <summary>Says what memoized methods use besides memory; see <c>AddToolkitCaching</c>. For one thread.</summary>
public sealed class CachingBuilder
{
    /// <summary>The name of the store that has none of its own.</summary>
    public const string DefaultStore = "default";

    private readonly Dictionary<string, Func<IServiceProvider, ICacheStore>> _stores = new(StringComparer.Ordinal);
    private readonly List<Func<IServiceProvider, ICacheBackplane>> _backplanes = [];
    private readonly Dictionary<string, MethodSettings> _methods = new(StringComparer.Ordinal);
    private TimeProvider? _time;
    private bool _useMemoryCache;

    internal CachingBuilder()
    {
    }

    /// <summary>The serializers of results in stores.</summary>
    public CacheSerializers Serializers { get; } = new();

    /// <summary>How results are kept in stores: leases, the signing key.</summary>
    /// <value>The defaults of <see cref="StoreTierOptions"/>; times to live come from each method.</value>
    /// <exception cref="ArgumentException">A setting is out of its range, or the signing key too short or empty.</exception>
    public StoreTierOptions Tier
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            field = value;
        }
    } = new();

    /// <summary>How a store that is down is kept away from callers.</summary>
    /// <value>The defaults of <see cref="FailOpenOptions"/>.</value>
    public FailOpenOptions FailOpen { get; set; } = new();

    /// <summary>Adds a store for the methods that name it in <see cref="MemoizeAttribute.Store"/>. It is made failing open, and disposed with the host.</summary>
    /// <exception cref="ArgumentException">There is a store of that name already.</exception>
    public CachingBuilder AddStore(string name, Func<IServiceProvider, ICacheStore> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        if (!_stores.TryAdd(name, create))
        {
            throw new ArgumentException($"There is a store named '{name}' already: give this one another name.", nameof(name));
        }

        return this;
    }

    /// <summary>Adds the store named <see cref="DefaultStore"/>.</summary>
    public CachingBuilder AddStore(Func<IServiceProvider, ICacheStore> create) => AddStore(DefaultStore, create);

    /// <summary>Adds a store in this process's memory: for tests, and for results that outlive a reconfiguration.</summary>
    public CachingBuilder UseMemoryStore(string name = DefaultStore) =>
        AddStore(name, services => new MemoryCacheStore(new MemoryCacheStoreOptions(), TimeOf(services)));

    /// <summary>Adds a backplane, over which other processes tell what they invalidated. Disposed with the host.</summary>
    public CachingBuilder AddBackplane(Func<IServiceProvider, ICacheBackplane> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _backplanes.Add(create);
        return this;
    }

    /// <summary>
    /// Keeps results in the host's <see cref="IMemoryCache"/> instead of in a cache a method: for hosts that account for
    /// memory in one place. Each result has the size 1. Slower, and capacities and policies of methods no longer hold.
    /// </summary>
    public CachingBuilder UseMemoryCache()
    {
        _useMemoryCache = true;
        return this;
    }

    /// <summary>
    /// Adds the host's <see cref="IDistributedCache"/> as a store. It has no leases: processes
    /// compute side by side. Tags and clearing are barriers in it, each of which costs a look-up more.
    /// </summary>
    public CachingBuilder UseDistributedCache(string name = DefaultStore) =>
        AddStore(name, services => new DistributedCacheStore(services.GetRequiredService<IDistributedCache>(), TimeOf(services)));

    /// <summary>Adds the host's <see cref="HybridCache"/> as a store, its tags included. It knows no leases.</summary>
    public CachingBuilder UseHybridCache(string name = DefaultStore) =>
        AddStore(name, services => new HybridCacheStore(services.GetRequiredService<HybridCache>(), TimeOf(services)));

    /// <summary>Takes the time from <paramref name="time"/>.</summary>
    /// <remarks>By default from a registered <see cref="TimeProvider"/>, and else from the system.</remarks>
    public CachingBuilder UseTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        return this;
    }

    /// <summary>Overrides what the attribute of one method says. <paramref name="method"/> is its <see cref="MemoizedMethod.Name"/>.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public CachingBuilder ConfigureMethod(string method, Action<MethodSettings> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(configure);
        if (!_methods.TryGetValue(method, out var settings))
        {
            _methods[method] = settings = new MethodSettings();
        }

        configure(settings);
        settings.Validate(method);
        return this;
    }

    /// <summary>
    /// Overrides what attributes say from configuration: a section for each method, named as <see cref="MemoizedMethod.Name"/>, with
    /// the properties of <see cref="MethodSettings"/>. Read once, here.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is unknown or can't be read; the message has its path.</exception>
    public CachingBuilder ConfigureMethods(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var (method, settings) in MethodSettingsReader.Read(configuration))
        {
            _methods[method] = settings;
        }

        return this;
    }

    internal CachingSettings Build(IServiceProvider services)
    {
        var time = TimeOf(services);
        var logger = services.GetService<ILoggerFactory>()?.CreateLogger("Toolkit.Caching") ?? NullLogger.Instance;
        return new CachingSettings
        {
            Time = time,
            Stores = _stores.ToDictionary(static s => s.Key, s => s.Value(services).FailOpen(FailOpen, time, logger), StringComparer.Ordinal),
            Backplanes = _backplanes.ConvertAll(create => create(services)),
            Serializers = Serializers,
            Memory = _useMemoryCache ? services.GetRequiredService<IMemoryCache>() : null,
            Tier = Tier,
            Methods = _methods,
            Logger = logger,
        };
    }

    private TimeProvider TimeOf(IServiceProvider services) => _time ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
}
