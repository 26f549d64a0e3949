namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A memoized method that this compilation declares.</summary>
internal sealed record MethodModel
{
    public required SignatureModel Signature { get; init; }

    /// <summary>Whether other assemblies may call it.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>Whether its signature or its call is an error outside of obsolete code.</summary>
    public required bool IsObsolete { get; init; }

    public required string Namespace { get; init; }

    /// <summary>The containing types from the outside in, with accessibility and type parameters: <c>public Box&lt;T&gt;</c>.</summary>
    public required EquatableArray<string> MemoTypes { get; init; }

    /// <summary>The generated user-facing class.</summary>
    public required string MemoClass { get; init; }

    /// <summary>Whether that is for this assembly alone, whatever the method is.</summary>
    public required bool IsMemoClassInternal { get; init; }

    /// <summary>The method's name in it.</summary>
    public required string MemoName { get; init; }

    /// <summary>The method's own type parameters.</summary>
    public required EquatableArray<string> MethodTypeParameters { get; init; }

    /// <summary>Their constraints, or empty.</summary>
    public required string MethodConstraints { get; init; }

    /// <summary>What the method returns, without its task.</summary>
    public required string ValueType { get; init; }

    /// <summary>The expression that computes, without the arguments: <c>global::Demo.Square</c> or an accessor.</summary>
    public required string Target { get; init; }

    /// <summary>The accessor of a private method: its declaration, or empty.</summary>
    public required string Accessor { get; init; }

    /// <summary>The body of a partial method and its way to the implementation, or empty.</summary>
    public required string PartialMember { get; init; }

    public required bool IsPerInstance { get; init; }

    /// <summary>Whether the key has a part of the receiver, which is then needed for a removal.</summary>
    public required bool KeyNeedsReceiver { get; init; }

    public required EquatableArray<KeyFieldModel> KeyFields { get; init; }

    public required EquatableArray<ContentWriterModel> ContentWriters { get; init; }

    /// <summary>Whether another generated class, a decorator, uses the key and the call too.</summary>
    public required bool IsShared { get; init; }

    /// <summary>The parameters that <c>Remove</c> takes.</summary>
    public required EquatableArray<ParameterModel> KeyParameters { get; init; }

    /// <summary>The initializer of the options, without braces.</summary>
    public required string Options { get; init; }

    /// <summary>The tags with placeholders as interpolated strings.</summary>
    public required EquatableArray<string> KeyTags { get; init; }
}
