using System.ComponentModel;
using System.Runtime.CompilerServices;
using Toolkit.Caching.Registry;

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
    private readonly RetiredCounts _retired = new();
    private readonly MemoOptions _options;
    private readonly ConditionalWeakTable<object, MemoCache<TKey, TValue>>.CreateValueCallback _create;

    private InstanceCaches(MemoOptions options)
    {
        _options = options;
        _create = _ => new MemoCache<TKey, TValue>(_options, _retired);
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

    /// <inheritdoc/>
    public override CacheInfo Info()
    {
        var sum = _retired.Sum;
        foreach (var (_, cache) in _caches)
        {
            sum = CacheInfo.Add(sum, cache.Info());
        }

        return sum;
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        foreach (var (_, cache) in _caches)
        {
            cache.Clear();
        }
    }

    internal override void Reconfigure()
    {
        foreach (var (_, cache) in _caches)
        {
            cache.Reconfigure();
        }
    }
}
