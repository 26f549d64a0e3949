using System.ComponentModel;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Registry;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Runtime;

/// <summary>
/// The caches of an instance method, for generated code: one for each instance, which goes with it when it is collected.
/// Safe for use by several threads.
/// </summary>
/// <typeparam name="TKey">The generated key.</typeparam>
/// <typeparam name="TValue">What the method returns, without its task.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class InstanceCaches<TKey, TValue> : MemoizedMethod
    where TKey : struct, IMemoKey<TKey>
{
    private readonly ConditionalWeakTable<object, MemoCache<TKey, TValue>> _caches = [];
    private readonly List<WeakReference<MemoCache<TKey, TValue>>> _shared = [];
    private readonly RetiredCounts _retired = new();
    private readonly MemoOptions _options;
    private readonly ConditionalWeakTable<object, MemoCache<TKey, TValue>>.CreateValueCallback _create;

    private InstanceCaches(MemoOptions options)
    {
        _options = options;
        _create = _ => new MemoCache<TKey, TValue>(_options with { Store = null }, _retired);
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <summary>Creates the caches of a method and adds them to <see cref="Memoized.All"/>.</summary>
    public static InstanceCaches<TKey, TValue> Create(MemoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var caches = new InstanceCaches<TKey, TValue>(options);
        MemoRegistry.Add(caches);
        return caches;
    }

    /// <summary>The cache of <paramref name="instance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MemoCache<TKey, TValue> For(object instance) =>
        _caches.TryGetValue(instance, out var cache) ? cache : _caches.GetValue(instance, _create);

    /// <summary>A cache that the decorators of one container share. What the container holds is an instance of its own, so that a store may stand behind it.</summary>
    public MemoCache<TKey, TValue> CreateShared()
    {
        var cache = new MemoCache<TKey, TValue>(_options, _retired);
        lock (_shared)
        {
            _shared.RemoveAll(static reference => !reference.TryGetTarget(out _));
            _shared.Add(new WeakReference<MemoCache<TKey, TValue>>(cache));
        }

        return cache;
    }

    /// <summary>Makes <paramref name="cache"/> the cache of <paramref name="decorator"/>.</summary>
    public void Adopt(object decorator, MemoCache<TKey, TValue> cache) => _caches.AddOrUpdate(decorator, cache);

    /// <inheritdoc/>
    public override CacheInfo Info()
    {
        var sum = _retired.Sum;
        foreach (var cache in All())
        {
            sum = CacheInfo.Add(sum, cache.Info());
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        foreach (var cache in All())
        {
            cache.Clear();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask ClearAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var cache in All())
        {
            await cache.ClearAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal override void Receive(CacheInvalidation invalidation)
    {
        foreach (var cache in All())
        {
            cache.Receive(invalidation);
        }
    }

    internal override void Reconfigure()
    {
        foreach (var cache in All())
        {
            cache.Reconfigure();
        }
    }

    // Several decorators have one cache.
    private HashSet<MemoCache<TKey, TValue>> All()
    {
        HashSet<MemoCache<TKey, TValue>> all = [];
        foreach (var (_, cache) in _caches)
        {
            all.Add(cache);
        }

        lock (_shared)
        {
            foreach (var reference in _shared)
            {
                if (reference.TryGetTarget(out var cache))
                {
                    all.Add(cache);
                }
            }
        }

        return all;
    }
}
