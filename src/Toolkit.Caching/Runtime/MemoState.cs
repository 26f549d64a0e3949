using Toolkit.Caching.Hosting;
using Toolkit.Caching.Level1;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>
/// What a cache works with: its settings, and the memory and the store that follow from them. Replaced as a whole, so that
/// nobody sees half of a change; a computation that began with one state ends with it.
/// </summary>
internal sealed class MemoState<TKey, TValue>
    where TKey : struct, IMemoKey<TKey>
{
    public MemoState(MemoOptions options, CachingSettings settings, EvictionCount evictions)
    {
        Options = options;
        Clock = new Clock(settings.Time, options);
        IsChecked = options.NeedsChecks;
        IsTagged = options.Tags.Length > 0 || options.HasKeyTags;
        Level1 = CreateLevel1(options, settings, evictions);
        CacheId = options.Version.Length == 0 ? options.Id : options.Id + "|" + options.Version;

        // Without settings, as in a unit test, there is memory alone.
        if (options.Store is not null && !ReferenceEquals(settings, CachingSettings.Default))
        {
            (Tier, Store, StoreProblem) = CreateTier(options, settings, options.Store);
        }
    }

    public MemoOptions Options { get; }

    public Clock Clock { get; }

    /// <summary>Whether results have terms.</summary>
    public bool IsChecked { get; }

    public bool IsTagged { get; }

    public ILevel1<TKey, TValue> Level1 { get; }

    public string CacheId { get; }

    public StoreTier<TValue>? Tier { get; }

    public ICacheStore? Store { get; }

    /// <summary>Why there is no store, where there should be one.</summary>
    public Exception? StoreProblem { get; }

    private static ILevel1<TKey, TValue> CreateLevel1(MemoOptions options, CachingSettings settings, EvictionCount evictions)
    {
        if (!options.Enabled)
        {
            return NullLevel1<TKey, TValue>.Instance;
        }

        if (settings.Memory is { } memory)
        {
            return new MemoryCacheLevel1<TKey, TValue>(memory, options.TimeToLive + (options.StaleIfError ?? TimeSpan.Zero), evictions);
        }

        return options.Policy == EvictionPolicy.Lru
            ? new LruLevel1<TKey, TValue>(options.Capacity, evictions)
            : new LfuLevel1<TKey, TValue>(options.Capacity, evictions);
    }

    private static (StoreTier<TValue>? Tier, ICacheStore? Store, Exception? Problem) CreateTier(MemoOptions options, CachingSettings settings, string name)
    {
        if (!settings.Stores.TryGetValue(name, out var store))
        {
            return (null, null, new InvalidOperationException(
                $"{options.Name} is to be kept in the store '{name}', which is not configured. Configured are: "
                + $"{(settings.Stores.Count == 0 ? "none" : string.Join(", ", settings.Stores.Keys))}. Add it with AddToolkitCaching."));
        }

        try
        {
            var tierOptions = settings.Tier with
            {
                TimeToLive = options.TimeToLive,
                SlidingExpiration = options.Sliding,
                StaleGrace = options.StaleIfError ?? TimeSpan.Zero,
            };
            return (new StoreTier<TValue>(store, settings.Serializers.Get<TValue>(), tierOptions, settings.Time), store, null);
        }
        catch (NotSupportedException exception)
        {
            return (null, null, exception);
        }
    }
}
