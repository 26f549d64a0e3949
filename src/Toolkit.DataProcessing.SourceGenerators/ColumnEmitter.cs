using System.Linq;
using System.Text;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>Writes the code of one column: parsing, writing, its statics and its line of the schema.</summary>
internal static class ColumnEmitter
{
    private const string Library = "global::Toolkit.DataProcessing.";
    private const string Parser = Library + "CsvFieldParser.";
    private const string Invariant = "global::System.Globalization.CultureInfo.InvariantCulture";

    public static void EmitParse(CodeWriter code, ColumnModel column, int i)
    {
        code.Line();
        if (HasShortForm(column))
        {
            EmitShort(code, column, i);
            return;
        }

        code.Line($"var f{i} = row.GetOrEmpty(positions[{i}]);");
        if (column.Kind == ValueKind.String)
        {
            EmitString(code, column, i);
            return;
        }

        var empty = IsEmpty(column, i);
        var declared = $"{column.Type}{(column.IsNullable ? "?" : "")}";
        var fallback = Fallback(column, i);
        if (fallback is null)
        {
            EmitRequired(code, column, i, empty);
            return;
        }

        code.Line($"{declared} v{i};");
        code.Open($"if ({empty})");
        code.Line($"v{i} = {fallback};");
        code.Close();
        if (column.IsNullable && column.IsValueType)
        {
            code.Open($"else if ({Call(column, i, $"f{i}", $"out {column.Type} p{i}")})");
            code.Line($"v{i} = p{i};");
            code.Close();
            code.Open("else");
        }
        else
        {
            code.Open($"else if (!{Call(column, i, $"f{i}", $"out v{i}")})");
        }

        EmitFail(code, i, "false");
        code.Close();
    }

    public static void EmitWrite(CodeWriter code, ColumnModel column, int i)
    {
        var value = $"value.{column.Readable}";
        if (!column.IsNullable)
        {
            code.Line($"writer.Write({Written(column, i, value)});");
            return;
        }

        code.Open($"if ({value} is {{ }} w{i})");
        code.Line($"writer.Write({Written(column, i, $"w{i}")});");
        code.Close();
        code.Open("else");
        code.Line("writer.WriteNull();");
        code.Close();
    }

    public static void EmitStatics(CodeWriter code, ColumnModel column, int i)
    {
        if (column.Culture is not null)
        {
            code.Line($"public static readonly global::System.IFormatProvider Culture{i} = {Parser}GetCulture({RecordEmitter.Quote(column.Culture)});");
        }

        if (column.Kind == ValueKind.Enum)
        {
            EmitEnum(code, column, i);
        }

        if (column.DefaultText is not null)
        {
            code.Line($"public static readonly {column.Type} Default{i} = ParseDefault{i}();");
            code.Open($"private static {column.Type} ParseDefault{i}()");
            var call = Call(column, i, $"{RecordEmitter.Quote(column.DefaultText)}u8", $"out {column.Type} parsed", inStatics: true);
            code.Line($"return {call} ? parsed : throw new global::System.FormatException({RecordEmitter.Quote($"The default '{column.DefaultText}' of {column.Member} is not {column.Expected}.")});");
            code.Close();
        }
    }

    public static string SchemaColumn(ColumnModel column)
    {
        var text = new StringBuilder();
        text.Append($"new {Library}CsvColumn({RecordEmitter.Quote(column.ColumnName)}, {Library}CsvValueType.{column.ValueType}, {RecordEmitter.Quote(column.Expected)}) {{ ");
        text.Append($"Index = {column.Index}, HasExplicitName = {Bool(column.HasExplicitName)}, Optional = {Bool(column.Optional)}, Nullable = {Bool(column.IsNullable)}");
        if (column.Aliases.Count > 0)
        {
            text.Append($", Aliases = new string[] {{ {string.Join(", ", column.Aliases.Select(RecordEmitter.Quote))} }}");
        }

        return text.Append(" }").ToString();
    }

    /// <summary>Whether it is a plain number that must be there: the row reads it without looking at its bytes one by one.</summary>
    public static bool HasShortForm(ColumnModel column) =>
        column.Type is "int" or "long" or "double" && column.Kind is (ValueKind.Integer or ValueKind.Real)
        && column is { Culture: null, IsNullable: false, Optional: false, Default: null, DefaultText: null } && column.NullValues.Count == 0;

    private static void EmitShort(CodeWriter code, ColumnModel column, int i)
    {
        var parse = $"row.TryGet(positions[{i}], out {column.Type} v{i})";
        if (column.Kind == ValueKind.Real)
        {
            parse = $"row.TryGet(positions[{i}], binding, out {column.Type} v{i})";
        }

        code.Open($"if (!{parse})");
        EmitFail(code, i, $"row.GetOrEmpty(positions[{i}]).IsEmpty");
        code.Close();
    }

    // Nothing is handed to a call by reference: the caller's copies of the value and the error can then stay in registers.
    private static void EmitFail(CodeWriter code, int i, string isEmpty)
    {
        code.Line("value = default!;");
        code.Line($"error = __Csv.Fail({i}, {isEmpty});");
        code.Line("return false;");
    }

    private static void EmitRequired(CodeWriter code, ColumnModel column, int i, string empty)
    {
        if (column.Optional)
        {
            // The source may lack the column; where it has it, an empty field is as wrong as ever.
            code.Line($"{column.Type} v{i};");
            code.Open($"if (positions[{i}] < 0)");
            code.Line($"v{i} = default({column.Type})!;");
            code.Close();
            code.Open($"else if ({(column.NullValues.Count > 0 ? $"{empty} || " : "")}!{Call(column, i, $"f{i}", $"out v{i}")})");
        }
        else if (column.NullValues.Count > 0)
        {
            code.Line($"{column.Type} v{i};");
            code.Open($"if ({empty} || !{Call(column, i, $"f{i}", $"out v{i}")})");
        }
        else
        {
            code.Open($"if (!{Call(column, i, $"f{i}", $"out {column.Type} v{i}")})");
        }

        EmitFail(code, i, empty);
        code.Close();
    }

    private static void EmitString(CodeWriter code, ColumnModel column, int i)
    {
        var text = column.Pool ? $"binding.Strings.Get(f{i})" : $"{Parser}GetString(f{i})";
        var fallback = Fallback(column, i);
        if (fallback is null)
        {
            code.Line(column.NullValues.Count > 0 ? $"var v{i} = {IsEmpty(column, i)} ? \"\" : {text};" : $"var v{i} = {text};");
            return;
        }

        // An empty field in quotes is a text that is there: empty, not missing.
        var missing = IsEmpty(column, i).Replace($"f{i}.IsEmpty", $"(f{i}.IsEmpty && !row.IsQuoted(positions[{i}]))");
        code.Line($"string{(column.IsNullable ? "?" : "")} v{i} = {missing} ? {fallback} : {text};");
    }

    private static string? Fallback(ColumnModel column, int i) =>
        column.Default ?? (column.DefaultText is not null ? $"__Csv.Default{i}" : column.IsNullable ? "null" : null);

    private static string IsEmpty(ColumnModel column, int i) => string.Join(" || ",
        new[] { $"f{i}.IsEmpty" }.Concat(column.NullValues.Where(n => n.Length > 0).Select(n =>
            $"global::System.MemoryExtensions.SequenceEqual(f{i}, {RecordEmitter.Quote(n)}u8)")));

    /// <summary>The call that parses a field; its variable is declared by <paramref name="result"/>.</summary>
    private static string Call(ColumnModel column, int i, string field, string result, bool inStatics = false)
    {
        var culture = column.Culture is null ? null : $"__Csv.Culture{i}";
        return column.Kind switch
        {
            ValueKind.Custom => $"{column.Parser}.TryParse({field}, {result})",
            ValueKind.Enum => $"__Csv.TryParse{i}({field}, {result})",
            ValueKind.Utf8Parsable => $"{Parser}TryParseUtf8<{column.Type}>({field}, {culture ?? Invariant}, {result})",
            ValueKind.TextParsable => $"{Parser}TryParseText<{column.Type}>({field}, {culture ?? Invariant}, {result})",
            ValueKind.Date when column.Format is not null || culture is not null =>
                $"{Parser}TryParse({field}, {(column.Format is null ? "null" : RecordEmitter.Quote(column.Format))}, {culture ?? Invariant}, {result})",
            ValueKind.Integer or ValueKind.Real when culture is not null => $"{Parser}TryParse<{column.Type}>({field}, {culture}, {result})",
            ValueKind.Real when inStatics => $"{Parser}TryParse({field}, {result})",
            ValueKind.Real => $"(binding.DecimalComma ? {Parser}TryParseDecimalComma<{column.Type}>({field}, {result}) : {Parser}TryParse({field}, out {Again(result)}))",
            _ => $"{Parser}TryParse({field}, {result})",
        };
    }

    // The second use of a variable that the first call has declared.
    private static string Again(string result) => result.Substring(result.LastIndexOf(' ') + 1);

    private static string Written(ColumnModel column, int i, string value) => column.Kind switch
    {
        ValueKind.Enum => $"__Csv.Text{i}({value})",
        _ when column.WriteAs is not null => $"({column.WriteAs}){value}",
        _ when column.IsFormattable => $"((global::System.IFormattable){value}).ToString(null, {Invariant})",
        _ => $"{value}.ToString()",
    };

    private static void EmitEnum(CodeWriter code, ColumnModel column, int i)
    {
        code.Open($"public static bool TryParse{i}(global::System.ReadOnlySpan<byte> field, out {column.Type} parsed)");
        foreach (var name in column.EnumNames)
        {
            code.Line($"if (global::System.MemoryExtensions.SequenceEqual(field, {RecordEmitter.Quote(name.Text)}u8)) {{ parsed = {column.Type}.{name.Name}; return true; }}");
        }

        code.Line($"return {Parser}TryParseEnum(field, {Bool(column.IsFlags)}, out parsed);");
        code.Close();
        code.Open($"public static string Text{i}({column.Type} member)");
        foreach (var name in column.EnumNames)
        {
            code.Line($"if (member == {column.Type}.{name.Name}) return {RecordEmitter.Quote(name.Text)};");
        }

        code.Line("return member.ToString();");
        code.Close();
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
