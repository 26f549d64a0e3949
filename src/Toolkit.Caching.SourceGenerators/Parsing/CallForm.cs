namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>What stands between a call and its cache.</summary>
internal enum CallForm
{
    /// <summary>Nothing.</summary>
    Interceptable,

    /// <summary><c>base.Method()</c>: the interceptor would call the override again, without end.</summary>
    Base,

    /// <summary>Inside an expression tree, which is data.</summary>
    ExpressionTree,
}
