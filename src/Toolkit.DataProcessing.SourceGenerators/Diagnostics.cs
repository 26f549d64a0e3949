using Microsoft.CodeAnalysis;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>Everything that the build can say about a [CsvRecord] type.</summary>
internal static class Diagnostics
{
    private const string Category = "Toolkit.DataProcessing";

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "TKD001", "A [CsvRecord] type must be partial",
        "'{0}' must be declared partial, and so must the types around it, so that its parser can be generated into it");

    public static readonly DiagnosticDescriptor UnsupportedType = Error(
        "TKD002", "A column's type can't be parsed",
        "'{0}' is of type '{1}', which no parser is known for; name one with [CsvColumn(Parser = typeof(...))], or mark a property with [CsvIgnore]");

    public static readonly DiagnosticDescriptor DuplicateColumn = Error(
        "TKD003", "Two members read the same column",
        "'{0}' and '{1}' both read the column {2}");

    public static readonly DiagnosticDescriptor NoConstructor = Error(
        "TKD004", "A [CsvRecord] type needs one way to be made",
        "'{0}' needs either one accessible constructor with parameters, or one without and settable properties");

    public static readonly DiagnosticDescriptor InvalidDefault = Error(
        "TKD005", "A column's default is no value of its type",
        "The default {0} of '{1}' is no value of type '{2}'");

    public static readonly DiagnosticDescriptor InvalidParser = Error(
        "TKD006", "A column's parser does not fit",
        "'{0}' must implement ICsvFieldParser<{1}> and be accessible, to parse '{2}'");

    public static readonly DiagnosticDescriptor UnsupportedDeclaration = Error(
        "TKD007", "This kind of type can't be a [CsvRecord]",
        "'{0}' can't be a [CsvRecord]: it is {1}");

    public static readonly DiagnosticDescriptor OptionWithoutEffect = Error(
        "TKD008", "A column's option does not fit its type",
        "{0} has no effect on '{1}' of type '{2}'");

    public static readonly DiagnosticDescriptor NoColumns = Error(
        "TKD009", "A [CsvRecord] type needs a column",
        "'{0}' has no constructor parameter and no settable property to read a column into");

    public static readonly DiagnosticDescriptor InvalidColumn = Error(
        "TKD010", "A column's name or position is not valid",
        "The column of '{0}' {1}");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
