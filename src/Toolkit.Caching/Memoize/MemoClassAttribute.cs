namespace Toolkit.Caching;

/// <summary>
/// Names the classes through which a project's caches are reached: <c>Memo</c> in each namespace without this attribute. For a
/// library whose namespaces other assemblies use too, because a name means one class only: of two referenced assemblies with
/// a <c>Memo</c> in one namespace the compiler takes neither, and a project's own one hides that of a reference.
/// </summary>
/// <param name="name">An identifier, such as <c>GeometryMemo</c>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MemoClassAttribute(string name) : Attribute
{
    /// <summary>The name of the classes.</summary>
    public string Name { get; } = name;

    /// <summary>Whether they are for this assembly alone, even where the memoized types are public.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsInternal { get; init; }
}
