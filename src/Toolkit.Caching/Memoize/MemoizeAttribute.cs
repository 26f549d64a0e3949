namespace Toolkit.Caching;

/// <summary>
/// Caches the results of a method by its arguments. The compiler replaces every call of the method by a call of the
/// cache (an interceptor), except for partial methods, whose body is generated, and for interfaces that are registered
/// with <c>AddMemoized</c>, for which a decorator is generated.
/// </summary>
/// <remarks>
/// The method must depend on its arguments alone. Equal arguments are found in the cache; exceptions are never cached;
/// concurrent calls with equal arguments compute once. What can't be cached is a build error or a build warning, never
/// a silent miss. Safe for use by several threads.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class MemoizeAttribute : Attribute
{
    /// <summary>How many results are kept in memory, at least 3. An instance method has that many an instance.</summary>
    /// <value>1,024 by default.</value>
    public int Capacity { get; init; } = MemoizeDefaults.Capacity;

    /// <summary>Which results go when there are more than <see cref="Capacity"/>.</summary>
    /// <value><see cref="EvictionPolicy.Lru"/> by default.</value>
    public EvictionPolicy Policy { get; init; } = EvictionPolicy.Lru;

    /// <summary>How long a result is used, counted from the end of its computation: an invariant <see cref="TimeSpan"/> text such as <c>"00:05:00"</c>.</summary>
    /// <value>Not set by default: results stay until they are evicted or removed.</value>
    public string? TimeToLive { get; init; }

    /// <summary>How long a result is used after it was last asked for: an invariant <see cref="TimeSpan"/> text.</summary>
    /// <value>Not set by default.</value>
    public string? Sliding { get; init; }

    /// <summary>
    /// How long before the end of <see cref="TimeToLive"/> a hit computes the next result in the background, while callers
    /// go on with the present one: an invariant <see cref="TimeSpan"/> text shorter than <see cref="TimeToLive"/>.
    /// </summary>
    /// <value>Not set by default.</value>
    public string? RefreshAhead { get; init; }

    /// <summary>
    /// How long after the end of <see cref="TimeToLive"/> the last result is still returned when computing the next one
    /// throws: an invariant <see cref="TimeSpan"/> text.
    /// </summary>
    /// <value>Not set by default: the exception goes to the caller.</value>
    public string? StaleIfError { get; init; }

    /// <summary>The name of a configured store behind the memory (see <c>AddToolkitCaching</c>); <c>"default"</c> is the one without a name.</summary>
    /// <value>Not set by default: memory alone.</value>
    public string? Store { get; init; }

    /// <summary>
    /// Names under which results are invalidated together, see <see cref="Memoized.InvalidateTag(string)"/>. <c>{name}</c>
    /// stands for the argument of that name: <c>"customer:{id}"</c>.
    /// </summary>
    /// <value>None by default.</value>
    public string[]? Tags { get; init; }

    /// <summary>A text that is part of the key in a store: change it when results of an earlier version must not be used.</summary>
    /// <value>Not set by default.</value>
    public string? Version { get; init; }

    /// <summary>Whether the method's code is part of the key in a store.</summary>
    /// <value><see cref="CodeFingerprint.None"/> by default.</value>
    public CodeFingerprint Fingerprint { get; init; } = CodeFingerprint.None;

    /// <summary>Whether an instance method has a cache for each instance or one for all.</summary>
    /// <value><see cref="CacheScope.Instance"/> by default.</value>
    public CacheScope Scope { get; init; } = CacheScope.Instance;

    /// <summary>What happens with a result that is <see langword="null"/>.</summary>
    /// <value><see cref="NullPolicy.Cache"/> by default.</value>
    public NullPolicy Nulls { get; init; } = NullPolicy.Cache;

    /// <summary>
    /// A type with a static method <c>GetKey</c> that takes the arguments of the memoized method (without a cancellation
    /// token and without those marked <see cref="CacheIgnoreAttribute"/>) and returns the key.
    /// </summary>
    /// <value>Not set by default: the arguments are the key.</value>
    public Type? KeyProvider { get; init; }

    /// <summary>For a partial method: the name of the method that computes.</summary>
    /// <value>The name of the partial method followed by <c>Core</c> by default.</value>
    public string? Implementation { get; init; }

    /// <summary>The name of the cache in the generated <c>Memo</c> class, in metrics and in configuration.</summary>
    /// <value>The name of the method by default; of an overloaded method, followed by the names of its parameter types.</value>
    public string? Name { get; init; }
}
