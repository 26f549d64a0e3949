namespace Toolkit.Caching;

/// <summary>
/// Marks the properties and fields by which an object counts in a key: of a parameter's type that has no value equality of
/// its own, or of the type whose instance methods are memoized (two instances with equal marked members then share results).
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class CacheKeyAttribute : Attribute;
