using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Decides how an argument becomes a part of a key.</summary>
internal static class KeyFieldParser
{
    /// <summary>The fields for a value of <paramref name="type"/>, or none when it can't be a key.</summary>
    public static bool TryParse(ITypeSymbol type, string source, List<KeyFieldModel> fields)
    {
        var name = TypeFormat.Name(type);
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean:
            case SpecialType.System_Char:
            case SpecialType.System_SByte:
            case SpecialType.System_Byte:
            case SpecialType.System_Int16:
            case SpecialType.System_UInt16:
            case SpecialType.System_Int32:
            case SpecialType.System_UInt32:
            case SpecialType.System_Int64:
            case SpecialType.System_UInt64:
            case SpecialType.System_IntPtr:
            case SpecialType.System_UIntPtr:
                fields.Add(new KeyFieldModel(name, source, KeyKind.Operator));
                return true;
            case SpecialType.System_String:
                fields.Add(new KeyFieldModel(name, source, KeyKind.String));
                return true;
        }

        if (type.TypeKind == TypeKind.Enum)
        {
            fields.Add(new KeyFieldModel(name, source, KeyKind.Operator));
            return true;
        }

        fields.Add(new KeyFieldModel(name, source, KeyKind.Value));
        return true;
    }
}
