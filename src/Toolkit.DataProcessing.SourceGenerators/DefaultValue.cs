using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>The default of a column as code, checked against its type while the program is built.</summary>
internal readonly struct DefaultValue
{
    private DefaultValue(bool isValid, string? expression, string? text)
    {
        IsValid = isValid;
        Expression = expression;
        Text = text;
    }

    public bool IsValid { get; }

    public string? Expression { get; }

    /// <summary>A text to be parsed when the type is first used.</summary>
    public string? Text { get; }

    public static DefaultValue Of(TypedConstant constant, ColumnModel column, ITypeSymbol type)
    {
        if (constant.Kind == TypedConstantKind.Enum)
        {
            return SymbolEqualityComparer.Default.Equals(constant.Type, type)
                ? Is($"({column.Type})({Literal(constant.Value!, null)})")
                : default;
        }

        if (constant.Kind != TypedConstantKind.Primitive)
        {
            return default;
        }

        if (column.Kind == ValueKind.String)
        {
            return constant.Value is string text ? Is(SymbolDisplay.FormatLiteral(text, quote: true)) : default;
        }

        return constant.Value is string toParse ? OfText(toParse, column) : OfPrimitive(constant.Value!, column);
    }

    /// <summary>A constant as C# writes it, cast to <paramref name="type"/> where that is an enumeration.</summary>
    public static string Literal(object value, ITypeSymbol? type)
    {
        var literal = value switch
        {
            string text => SymbolDisplay.FormatLiteral(text, quote: true),
            char character => SymbolDisplay.FormatLiteral(character, quote: true),
            bool flag => flag ? "true" : "false",
            double number => Special(number, "double") ?? number.ToString("R", CultureInfo.InvariantCulture) + "D",
            float number => Special(number, "float") ?? number.ToString("R", CultureInfo.InvariantCulture) + "F",
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
            long number => number == long.MinValue ? "long.MinValue" : number.ToString(CultureInfo.InvariantCulture) + "L",
            ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
            uint number => number.ToString(CultureInfo.InvariantCulture) + "U",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        return type?.TypeKind == TypeKind.Enum ? $"({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})({literal})" : literal;
    }

    private static DefaultValue OfPrimitive(object value, ColumnModel column)
    {
        switch (column.Kind)
        {
            case ValueKind.Boolean:
                return value is bool ? Is(Literal(value, null)) : default;
            case ValueKind.Character:
                return value is char ? Is(Literal(value, null)) : default;
            case ValueKind.Integer or ValueKind.Real when value is not (bool or char):
                try
                {
                    // Refuses what is out of range or has a fraction, as the compiler would.
                    var target = Type.GetType(TypeNames.Full(column.Type))!;
                    var converted = Convert.ChangeType(value, target, CultureInfo.InvariantCulture);
                    var exact = column.Kind == ValueKind.Real || Convert.ToDecimal(value, CultureInfo.InvariantCulture) == Convert.ToDecimal(converted, CultureInfo.InvariantCulture);
                    return exact ? Is($"({column.Type})({Literal(converted, null)})") : default;
                }
                catch (Exception exception) when (exception is OverflowException or InvalidCastException or FormatException)
                {
                    return default;
                }

            default:
                return default;
        }
    }

    private static DefaultValue OfText(string text, ColumnModel column)
    {
        var culture = CultureInfo.InvariantCulture;
        var valid = column.Type switch
        {
            _ when column.Kind == ValueKind.Enum => column.EnumNames.Any(n => string.Equals(n.Text, text, StringComparison.OrdinalIgnoreCase)),
            _ when column.Culture is not null || column.Format is not null => true,
            "decimal" => decimal.TryParse(text, NumberStyles.Float, culture, out _),
            "double" or "float" => double.TryParse(text, NumberStyles.Float, culture, out _),
            "long" => long.TryParse(text, NumberStyles.Integer, culture, out _),
            "ulong" => ulong.TryParse(text, NumberStyles.Integer, culture, out _),
            "global::System.Guid" => Guid.TryParse(text, out _),
            "global::System.DateTime" or "global::System.DateTimeOffset" => IsIso(text, DateTime.TryParse(text, culture, DateTimeStyles.None, out _)),
            "global::System.DateOnly" => IsIso(text, DateTime.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out _)),
            "global::System.TimeOnly" => DateTime.TryParse(text, culture, DateTimeStyles.NoCurrentDateDefault, out var time) && time.Date == default,
            "global::System.TimeSpan" => TimeSpan.TryParse(text, culture, out _),
            _ => column.Kind is ValueKind.Utf8Parsable or ValueKind.TextParsable or ValueKind.Custom || (column.Kind == ValueKind.Integer && long.TryParse(text, NumberStyles.Integer, culture, out _)),
        };
        return valid ? new DefaultValue(true, null, text) : default;
    }

    private static bool IsIso(string text, bool valid) => valid && text.Length >= 10 && text[4] == '-';

    private static DefaultValue Is(string expression) => new(true, expression, null);

    private static string? Special(double number, string type) =>
        double.IsNaN(number) ? type + ".NaN" :
        double.IsPositiveInfinity(number) ? type + ".PositiveInfinity" :
        double.IsNegativeInfinity(number) ? type + ".NegativeInfinity" :
        null;
}
