namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>Everything that a call of a memoized method has to know of it.</summary>
internal sealed record SignatureModel
{
    /// <summary>The generated class behind the method, in the namespace of the generated code.</summary>
    public required string Holder { get; init; }

    /// <summary>Type parameters of the containing types, then of the method.</summary>
    public required EquatableArray<string> TypeParameters { get; init; }

    /// <summary>Their constraints: <c> where T : struct</c>, or empty.</summary>
    public required string Constraints { get; init; }

    public required CallKind Kind { get; init; }

    public required ReceiverKind Receiver { get; init; }

    /// <summary>Fully qualified; empty for a static method.</summary>
    public required string ReceiverType { get; init; }

    /// <summary>The fully qualified return type, with its task.</summary>
    public required string ReturnType { get; init; }

    public required EquatableArray<ParameterModel> Parameters { get; init; }

    /// <summary>Whether calls go to the cache through interceptors (partial methods are cached from within).</summary>
    public required bool IsIntercepted { get; init; }

    /// <summary>Whether the receiver may be a generated decorator, which caches by itself.</summary>
    public required bool IsInterface { get; init; }

    public string TypeParameterList => TypeParameters.Count == 0 ? "" : "<" + string.Join(", ", TypeParameters) + ">";

    public string HolderReference => "global::" + Names.GeneratedNamespace + "." + Holder + TypeParameterList;
}
