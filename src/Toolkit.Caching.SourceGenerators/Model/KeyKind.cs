namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>How two values of a key field are compared and hashed.</summary>
internal enum KeyKind
{
    /// <summary>With <c>==</c>; an enum, a number, a character.</summary>
    Operator,

    /// <summary>A string, by its code units.</summary>
    String,

    /// <summary>Through the runtime, which looks at bits where equality is too kind (−0.0, the scale of a decimal, the kind of a date).</summary>
    Value,
}
