namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>What a memoized method is called on.</summary>
internal enum ReceiverKind
{
    /// <summary>A static method.</summary>
    None,

    /// <summary>An object: each has its own cache, unless the scope or an identity key says otherwise.</summary>
    Object,

    /// <summary>A struct: its value is part of the key.</summary>
    Struct,
}
