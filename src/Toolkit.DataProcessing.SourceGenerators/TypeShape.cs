using System.Linq;
using Microsoft.CodeAnalysis;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>What a type means for a column: how it is parsed, stored, written, and described in messages.</summary>
internal sealed record TypeShape(ValueKind Kind, string TypeName)
{
    public string ValueType { get; init; } = "Text";

    public string Expected { get; init; } = "";

    public string? WriteAs { get; init; }

    public bool IsFlags { get; init; }

    public bool IsFormattable { get; init; }

    public EquatableArray<EnumName> EnumNames { get; init; }

    public bool TakesCulture => Kind is ValueKind.Real or ValueKind.Integer or ValueKind.Date or ValueKind.Utf8Parsable or ValueKind.TextParsable;

    public static TypeShape Of(ITypeSymbol type)
    {
        var name = type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        if (type.TypeKind == TypeKind.Enum)
        {
            return OfEnum((INamedTypeSymbol)type, name);
        }

        return type.SpecialType switch
        {
            SpecialType.System_String => new(ValueKind.String, name) { Expected = "text", WriteAs = "string" },
            SpecialType.System_Boolean => new(ValueKind.Boolean, name) { ValueType = "Boolean", Expected = "true or false", WriteAs = "bool" },
            SpecialType.System_Char => new(ValueKind.Character, name) { Expected = "one character" },
            SpecialType.System_SByte => Integer(name, "an integer from -128 to 127"),
            SpecialType.System_Int16 => Integer(name, "an integer from -32768 to 32767"),
            SpecialType.System_Int32 => Integer(name, "an integer from -2147483648 to 2147483647"),
            SpecialType.System_Int64 => Integer(name, "an integer of 64 bits"),
            SpecialType.System_Byte => Integer(name, "an integer from 0 to 255"),
            SpecialType.System_UInt16 => Integer(name, "an integer from 0 to 65535"),
            SpecialType.System_UInt32 => Integer(name, "an integer from 0 to 4294967295"),
            SpecialType.System_UInt64 => Integer(name, "an unsigned integer of 64 bits") with { ValueType = "UnsignedInteger", WriteAs = "ulong" },
            SpecialType.System_Single => new(ValueKind.Real, name) { ValueType = "Single", Expected = "a number", WriteAs = "float" },
            SpecialType.System_Double => new(ValueKind.Real, name) { ValueType = "Double", Expected = "a number", WriteAs = "double" },
            SpecialType.System_Decimal => new(ValueKind.Real, name) { ValueType = "Decimal", Expected = "a decimal number", WriteAs = "decimal" },
            SpecialType.System_DateTime => Date(name, "DateTime", "a date and time (yyyy-MM-dd HH:mm:ss)"),
            _ => OfNamed(type, name),
        };
    }

    public static TypeShape Custom(ITypeSymbol type)
    {
        var plain = Of(type);
        return plain with { Kind = ValueKind.Custom, Expected = $"a {type.Name}", IsFormattable = plain.IsFormattable || Implements(type, "System.IFormattable") };
    }

    private static TypeShape OfNamed(ITypeSymbol type, string name) => name switch
    {
        "global::System.DateOnly" => Date(name, "Date", "a date (yyyy-MM-dd)"),
        "global::System.TimeOnly" => Date(name, "Time", "a time of day (HH:mm:ss)"),
        "global::System.DateTimeOffset" => Date(name, "DateTimeOffset", "a date and time (yyyy-MM-dd HH:mm:ss, with an offset or in UTC)"),
        "global::System.TimeSpan" => new(ValueKind.Date, name) { Expected = "a duration (hh:mm:ss)", IsFormattable = true },
        "global::System.Guid" => new(ValueKind.Guid, name) { ValueType = "Guid", Expected = "a GUID", WriteAs = name },
        _ when Implements(type, "System.IUtf8SpanParsable") => new(ValueKind.Utf8Parsable, name) { Expected = $"a {type.Name}", IsFormattable = Implements(type, "System.IFormattable") },
        _ when Implements(type, "System.IParsable") => new(ValueKind.TextParsable, name) { Expected = $"a {type.Name}", IsFormattable = Implements(type, "System.IFormattable") },
        _ => new(ValueKind.Unsupported, name),
    };

    private static TypeShape OfEnum(INamedTypeSymbol type, string name)
    {
        var names = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
            .Select(f => new EnumName(RecordReader.Escape(f.Name), MemberText(f) ?? f.Name)).ToArray();
        const int NamesInMessage = 8;
        var listed = string.Join(", ", names.Take(NamesInMessage).Select(n => n.Text)) + (names.Length > NamesInMessage ? ", …" : "");
        return new TypeShape(ValueKind.Enum, name)
        {
            Expected = $"one of {listed}",
            IsFlags = type.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "System.FlagsAttribute"),
            EnumNames = new EquatableArray<EnumName>([.. names]),
        };
    }

    private static string? MemberText(IFieldSymbol field)
    {
        foreach (var attribute in field.GetAttributes())
        {
            if (attribute.AttributeClass?.ToDisplayString() == "System.Runtime.Serialization.EnumMemberAttribute")
            {
                return attribute.NamedArguments.FirstOrDefault(a => a.Key == "Value").Value.Value as string;
            }
        }

        return null;
    }

    private static TypeShape Integer(string name, string expected) =>
        new(ValueKind.Integer, name) { ValueType = "Integer", Expected = expected, WriteAs = "long" };

    private static TypeShape Date(string name, string valueType, string expected) =>
        new(ValueKind.Date, name) { ValueType = valueType, Expected = expected, WriteAs = name };

    private static bool Implements(ITypeSymbol type, string interfaceName) =>
        type.AllInterfaces.Any(i => i.ContainingNamespace.ToDisplayString() + "." + i.Name == interfaceName);
}
