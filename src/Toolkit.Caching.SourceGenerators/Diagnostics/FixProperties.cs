namespace Toolkit.Caching.SourceGenerators.Diagnostics;

/// <summary>What a diagnostic tells the code fix for it; the fixes lie in an assembly of their own, which knows these names too.</summary>
internal static class FixProperties
{
    /// <summary>The cached delegate of a method group, fully qualified.</summary>
    public const string Invoke = "Invoke";

    /// <summary>The type whose method is memoized, fully qualified.</summary>
    public const string Contract = "Contract";

    /// <summary>The method that a partial one computes with.</summary>
    public const string Implementation = "Implementation";
}
