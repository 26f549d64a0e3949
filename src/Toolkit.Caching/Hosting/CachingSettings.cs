using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Runtime;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Hosting;

/// <summary>What all caches of the process use. Immutable; replaced as a whole.</summary>
internal sealed class CachingSettings
{
    /// <summary>Memory alone: what holds until an application configures something.</summary>
    public static CachingSettings Default { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IReadOnlyDictionary<string, ICacheStore> Stores { get; init; } = new Dictionary<string, ICacheStore>();

    public IReadOnlyList<ICacheBackplane> Backplanes { get; init; } = [];

    public CacheSerializers Serializers { get; init; } = new();

    /// <summary>The host's memory cache, where results are to be accounted for there.</summary>
    public IMemoryCache? Memory { get; init; }

    public StoreTierOptions Tier { get; init; } = new();

    public IReadOnlyDictionary<string, MethodSettings> Methods { get; init; } = new Dictionary<string, MethodSettings>();

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The attribute's options with what configuration says over them.</summary>
    public MemoOptions Apply(MemoOptions options) =>
        !Methods.TryGetValue(options.Name, out var settings) ? options : options with
        {
            Capacity = settings.Capacity ?? options.Capacity,
            Policy = settings.Policy ?? options.Policy,
            TimeToLive = settings.TimeToLive ?? options.TimeToLive,
            Sliding = settings.Sliding ?? options.Sliding,
            RefreshAhead = settings.RefreshAhead ?? options.RefreshAhead,
            StaleIfError = settings.StaleIfError ?? options.StaleIfError,
            Store = settings.Store ?? options.Store,
            Enabled = settings.Enabled ?? options.Enabled,
        };
}
