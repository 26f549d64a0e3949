namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>C# keywords and the types that they stand for.</summary>
internal static class TypeNames
{
    public static string Full(string keyword) => keyword switch
    {
        "sbyte" => "System.SByte",
        "short" => "System.Int16",
        "int" => "System.Int32",
        "long" => "System.Int64",
        "byte" => "System.Byte",
        "ushort" => "System.UInt16",
        "uint" => "System.UInt32",
        "ulong" => "System.UInt64",
        "float" => "System.Single",
        "double" => "System.Double",
        "decimal" => "System.Decimal",
        _ => keyword,
    };
}
