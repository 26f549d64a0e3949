using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>What an attribute says, by name.</summary>
internal sealed class AttributeValues
{
    private const string Namespace = "Toolkit.DataProcessing";

    private readonly AttributeData? _attribute;

    private AttributeValues(AttributeData? attribute) => _attribute = attribute;

    public static AttributeValues Of(AttributeData? attribute) => new(attribute);

    public static AttributeData? Find(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(a =>
        a.AttributeClass is { } type && type.Name == name && type.ContainingNamespace.ToDisplayString() == Namespace);

    public TypedConstant? First => _attribute is { ConstructorArguments.Length: > 0 } ? _attribute.ConstructorArguments[0] : null;

    public TypedConstant? this[string name]
    {
        get
        {
            foreach (var argument in _attribute?.NamedArguments ?? ImmutableArray<System.Collections.Generic.KeyValuePair<string, TypedConstant>>.Empty)
            {
                if (argument.Key == name)
                {
                    return argument.Value;
                }
            }

            return null;
        }
    }

    public string? Text(string name) => this[name] is { Kind: TypedConstantKind.Primitive, Value: string text } ? text : null;

    public bool? Flag(string name) => this[name] is { Kind: TypedConstantKind.Primitive, Value: bool flag } ? flag : null;

    public EquatableArray<string> Texts(string name) => this[name] is { Kind: TypedConstantKind.Array, IsNull: false } array
        ? new EquatableArray<string>([.. array.Values.Select(v => v.Value as string ?? "")])
        : default;
}
