namespace Toolkit.Caching;

/// <summary>
/// Leaves a parameter of a memoized method out of the key: for loggers, connections and the like, on which the result does
/// not depend. A <see cref="CancellationToken"/> is never in the key and needs no mark.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CacheIgnoreAttribute : Attribute;
