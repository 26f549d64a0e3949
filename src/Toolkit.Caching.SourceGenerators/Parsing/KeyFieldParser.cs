using System.Globalization;
using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Decides how arguments become parts of a key.</summary>
internal sealed class KeyFieldParser
{
    public List<KeyFieldModel> Fields { get; } = [];

    public List<ContentWriterModel> Writers { get; } = [];

    /// <summary>Numbers and characters, which <c>==</c> compares as a method would.</summary>
    public static bool IsOperator(ITypeSymbol type) => type.SpecialType is
        SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_SByte or SpecialType.System_Byte
        or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32
        or SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>Adds the fields for a value; false when the type can't be part of a key.</summary>
    public bool TryAdd(ITypeSymbol type, string source)
    {
        var name = TypeFormat.Name(type);
        if (type is INamedTypeSymbol { IsTupleType: true } tuple)
        {
            return tuple.TupleElements.Select((element, i) => TryAdd(element.Type, source + ".Item" + (i + 1).ToString(CultureInfo.InvariantCulture))).ToList().All(static added => added);
        }

        if (IsOperator(type) || type.TypeKind == TypeKind.Enum)
        {
            return Add(type, name, source, KeyKind.Operator);
        }

        if (type.SpecialType == SpecialType.System_String)
        {
            return Add(type, name, source, KeyKind.String);
        }

        var inner = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? ((INamedTypeSymbol)type).TypeArguments[0] : type;
        if (KnownTypes.IsValue(inner) || type is ITypeParameterSymbol || (!SymbolEqualityComparer.Default.Equals(inner, type) && (IsOperator(inner) || inner.TypeKind == TypeKind.Enum)))
        {
            return Add(type, name, source, KeyKind.Value);
        }

        // A tuple's own equality is too kind; where it may be missing, its items can't be fields of their own.
        if (KeyMembers.Marked(type).Count == 0 && KnownTypes.HasValueEquality(inner) && !IsContent(inner) && !inner.IsTupleType)
        {
            return Add(type, name, source, KeyKind.Value);
        }

        return TryAddContent(type, name, source);
    }

    /// <summary>Whether a value counts by what it contains, which is copied at each call.</summary>
    public static bool IsContent(ITypeSymbol type) =>
        type is IArrayTypeSymbol || KnownTypes.IsSequence(type) || KnownTypes.IsSet(type) || KnownTypes.IsMap(type)
        || KnownTypes.Name(type) is "System.ReadOnlySpan<T>" or "System.Span<T>" or "System.ReadOnlyMemory<T>" or "System.Memory<T>" or "System.Collections.Immutable.ImmutableArray<T>";

    /// <summary>Adds the run-time type of an object, by which two subtypes that agree in their marked members stay apart.</summary>
    public void AddTypeOf(string source) =>
        Fields.Add(new KeyFieldModel("global::System.Type", source + ".GetType()", KeyKind.Value, "writer.Write({0}.FullName);"));

    private bool Add(ITypeSymbol type, string name, string source, KeyKind kind)
    {
        Fields.Add(new KeyFieldModel(name, source, kind, new KeyWriteText().Of(type, "{0}", "writer") ?? ""));
        return true;
    }

    private bool TryAddContent(ITypeSymbol type, string name, string source)
    {
        if (new KeyWriteText().Of(type, "value", "writer") is not { } write)
        {
            return false;
        }

        var function = "Content" + Writers.Count.ToString(CultureInfo.InvariantCulture);
        Writers.Add(new ContentWriterModel(function, (type.IsRefLikeType ? "scoped " : "") + name + " value", write));
        Fields.Add(new KeyFieldModel("global::Toolkit.Caching.Runtime.ContentKey", function + "(" + source + ")", KeyKind.Value, "{0}.WriteKey(ref writer);"));
        return true;
    }
}
