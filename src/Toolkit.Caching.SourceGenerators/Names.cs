namespace Toolkit.Caching.SourceGenerators;

/// <summary>Names that the generator, the analyzer and the runtime share.</summary>
internal static class Names
{
    public const string MemoizeAttribute = "Toolkit.Caching.MemoizeAttribute";
    public const string CacheIgnoreAttribute = "Toolkit.Caching.CacheIgnoreAttribute";
    public const string CacheKeyAttribute = "Toolkit.Caching.CacheKeyAttribute";
    public const string MemoClassAttribute = "Toolkit.Caching.MemoClassAttribute";
    public const string SelfCachedAttribute = "Toolkit.Caching.Runtime.SelfCachedAttribute";
    public const string MarkerAttribute = "Toolkit.Caching.Runtime.MemoizeGeneratedAttribute";

    /// <summary>The namespace that projects enable for interceptors.</summary>
    public const string GeneratedNamespace = "Toolkit.Caching.Generated";

    public const string InterceptorsFeature = "InterceptorsNamespaces";
}
