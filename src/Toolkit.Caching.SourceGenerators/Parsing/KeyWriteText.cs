using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Writes the statements by which a value goes into canonical key bytes.</summary>
internal sealed class KeyWriteText
{
    private const string Writer = "global::Toolkit.Caching.Stores.CacheKeyWriter";
    private const string KeyParts = "global::Toolkit.Caching.Runtime.KeyParts";

    // A type inside itself has no end in general; its own equality may do, canonical bytes can't.
    private readonly HashSet<ITypeSymbol> _open = new(SymbolEqualityComparer.Default);
    private int _names;

    /// <summary>The statement, or null when the type has no canonical form.</summary>
    public string? Of(ITypeSymbol type, string value, string writer)
    {
        if (Simple(type, value, writer) is { } simple)
        {
            return simple;
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            // In braces of its own: each parameter counts its names anew.
            var name = Next("v");
            return Of(((INamedTypeSymbol)type).TypeArguments[0], name, writer) is { } inner
                ? $"{{ if ({value} is {{ }} {name}) {{ {inner} }} else {{ {writer}.WriteNull(); }} }}"
                : null;
        }

        if (type is INamedTypeSymbol { IsTupleType: true } tuple)
        {
            return Members(tuple.TupleElements.Select(static e => ((ITypeSymbol)e.Type, "Item" + (((IFieldSymbol)e).ContainingType.TupleElements.IndexOf(e) + 1))), value, writer, "\"tuple\"");
        }

        if (type is INamedTypeSymbol pair && KnownTypes.Name(type) == "System.Collections.Generic.KeyValuePair<TKey, TValue>")
        {
            return Members([(pair.TypeArguments[0], "Key"), (pair.TypeArguments[1], "Value")], value, writer, "\"pair\"");
        }

        return Collection(type, value, writer) ?? Object(type, value, writer);
    }

    private static string? Simple(ITypeSymbol type, string value, string writer)
    {
        if (type.TypeKind == TypeKind.Enum)
        {
            return $"{writer}.WriteEnum({value});";
        }

        if (type.SpecialType is SpecialType.System_String || KeyFieldParser.IsOperator(type) || type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte })
        {
            return $"{writer}.Write({value});";
        }

        if (KnownTypes.IsValue(type) || type is ITypeParameterSymbol)
        {
            return $"{KeyParts}.Write(ref {writer}, {value});";
        }

        return KnownTypes.Implements(type, "Toolkit.Caching.Stores.ICacheKeyPart") ? $"{writer}.WritePart({value});" : null;
    }

    private string? Collection(ITypeSymbol type, string value, string writer)
    {
        if (type is IArrayTypeSymbol { Rank: 1 } array)
        {
            return Elements("WriteSequence", array.ElementType, value, writer);
        }

        if (type is not INamedTypeSymbol { TypeArguments.Length: > 0 } named)
        {
            return null;
        }

        var element = named.TypeArguments[0];
        switch (KnownTypes.Name(type))
        {
            case "System.ReadOnlySpan<T>" or "System.Span<T>":
                return Span(element, value, writer);
            case "System.ReadOnlyMemory<T>" or "System.Memory<T>":
                return Span(element, value + ".Span", writer);
            case "System.Collections.Immutable.ImmutableArray<T>":
                return Elements("WriteSequence", element, $"({value}.IsDefault ? null : (global::System.Collections.Generic.IEnumerable<{TypeFormat.Name(element)}>){value})", writer);
        }

        if (KnownTypes.IsMap(type))
        {
            return Lambda(element) is { } key && Lambda(named.TypeArguments[1]) is { } item ? $"{writer}.WriteMap({value}, {key}, {item});" : null;
        }

        return KnownTypes.IsSequence(type) ? Elements("WriteSequence", element, value, writer)
            : KnownTypes.IsSet(type) ? Elements("WriteSet", element, value, writer)
            : null;
    }

    private string? Span(ITypeSymbol element, string value, string writer)
    {
        if (element.SpecialType is SpecialType.System_Char or SpecialType.System_Byte)
        {
            return $"{writer}.Write((global::System.ReadOnlySpan<{TypeFormat.Name(element)}>){value});";
        }

        return Lambda(element) is { } lambda ? $"{writer}.WriteSpan<{TypeFormat.Name(element)}>({value}, {lambda});" : null;
    }

    private string? Elements(string method, ITypeSymbol element, string value, string writer) =>
        Lambda(element) is { } lambda ? $"{writer}.{method}({value}, {lambda});" : null;

    private string? Lambda(ITypeSymbol element)
    {
        var writer = Next("w");
        var item = Next("e");
        return Of(element, item, writer) is { } write ? $"static (ref {Writer} {writer}, {TypeFormat.Name(element)} {item}) => {{ {write} }}" : null;
    }

    // A type with marked members counts by these, a record by all that it declares. A subtype could have more.
    private string? Object(ITypeSymbol type, string value, string writer)
    {
        var marked = KeyMembers.Marked(type);
        if (KeyMembers.Unreadable(type) is not null)
        {
            return null;
        }

        var members = marked.Count > 0 ? marked : type.IsRecord && (type.IsSealed || type.IsValueType) ? KeyMembers.OfRecord(type) : [];
        if ((members.Count == 0 && !type.IsRecord) || (marked.Count == 0 && type.IsRecord && !type.IsSealed && !type.IsValueType) || !_open.Add(type))
        {
            return null;
        }

        var name = type.IsValueType || type.IsSealed ? OptionsParser.Literal(KnownTypes.Name(type)) : $"{value}.GetType().FullName!";
        var body = Members(members, value, writer, name);
        _open.Remove(type);
        return body is null || type.IsValueType ? body : $"if ({value} is null) {{ {writer}.WriteNull(); }} else {{ {body} }}";
    }

    private string? Members(IEnumerable<(ITypeSymbol Type, string Name)> members, string value, string writer, string typeName)
    {
        var text = $"{writer}.BeginObject({typeName}); ";
        foreach (var (type, name) in members)
        {
            if (Of(type, value + "." + name, writer) is not { } write)
            {
                return null;
            }

            text += write + " ";
        }

        return text + writer + ".EndObject();";
    }

    private string Next(string prefix) => prefix + ++_names;
}
