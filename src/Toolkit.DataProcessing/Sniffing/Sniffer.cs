using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Toolkit.DataProcessing;

/// <summary>Finds out how a file is probably to be read. What the user said is taken as it is.</summary>
internal static partial class Sniffer
{
    private const string Delimiters = ",;\t|";
    private const char CommentCharacter = '#';
    private const string Quotes = "\"'";

    // A delimiter that splits nothing fits every file.
    private const double OneFieldPenalty = 0.5;
    private const double Majority = 0.5;
    private const double ClearlyBetter = 0.05;
    private const char Backslash = '\\';

    /// <summary>Looks at a sample.</summary>
    /// <param name="sample">The text, without the lines that are skipped.</param>
    /// <param name="isWhole">Whether the file ends with it.</param>
    /// <param name="options">What was said, where it is not the default.</param>
    /// <param name="delimiter">The delimiter, where it was said.</param>
    /// <param name="header">Whether there is a header, where that was said.</param>
    /// <param name="reasons">What is known already of compression and encoding.</param>
    public static CsvSniff Sniff(string sample, bool isWhole, CsvOptions options, char? delimiter, bool? header, List<string> reasons)
    {
        var said = options.Dialect;
        delimiter ??= said.Delimiter == CsvDialect.DefaultDelimiter ? null : said.Delimiter;
        header ??= options.HasHeader ? null : false;
        var (tables, escape) = Tables(sample, isWhole, said, delimiter, reasons);
        var best = tables[0];
        var other = tables.FirstOrDefault(table => table.Delimiter != best.Delimiter && table.Fields > 1);
        var confidence = Math.Clamp(best.Consistency - ((other is null ? 0 : Score(other)) / 4) - (best.Fields > 1 ? 0 : OneFieldPenalty), 0, 1);
        reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{best.Fitting} of {best.Records.Count} sampled records have {best.Fields} field{(best.Fields == 1 ? "" : "s")} with that delimiter{(delimiter is null ? "" : ", which was said")}"));

        var comments = said.Comment is null ? best.Records.Count(record => IsComment(record, best)) : 0;
        if (comments > 0)
        {
            reasons.Add($"{comments} line{(comments == 1 ? " begins" : "s begin")} with '{CommentCharacter}' and {(comments == 1 ? "has" : "have")} another number of fields: comments");
        }

        var (preamble, skipLines) = PreambleOf(best, reasons);
        var rows = best.Records.Skip(preamble).Where(record => record.Length == best.Fields).ToList();
        var comma = options.DecimalComma || (best.Delimiter != ',' && UsesDecimalComma(rows, reasons));
        var types = Enumerable.Range(0, best.Fields).Select(i => TypeOf(rows.Skip(1).Select(row => row[i]), comma)).ToArray();
        var hasHeader = header ?? LooksLikeHeader(rows, types, comma, reasons);
        return new CsvSniff(
            options with
            {
                Dialect = said with { Delimiter = best.Delimiter, Quote = said.Quotes == CsvQuotes.None ? said.Quote : best.Quote, Comment = comments > 0 ? CommentCharacter : said.Comment, Escape = escape },
                SkipLines = options.SkipLines + skipLines,
                HasHeader = hasHeader,
                DecimalComma = comma,
            },
            Columns(rows, types, hasHeader, options, reasons), preamble, escape ?? best.Quote, confidence, reasons);
    }

    private static SampleTable[] Tables(string sample, bool isWhole, CsvDialect said, char? delimiter, char? escape)
    {
        var quotes = said.Quotes == CsvQuotes.None ? "\0" : said.Quote != CsvDialect.DefaultQuote ? said.Quote.ToString() : Quotes;
        return (delimiter is { } known ? known.ToString() : Delimiters)
            .SelectMany(d => quotes.Where(q => q != d).Select(q => SampleTable.Read(sample, isWhole, d, q, escape, said.Comment)))
            .OrderByDescending(Score).ToArray();
    }

    // With backslashes for escapes where quotes are mostly escaped so, or where the records fit better then.
    private static (SampleTable[] Tables, char? Escape) Tables(string sample, bool isWhole, CsvDialect said, char? delimiter, List<string> reasons)
    {
        var tables = Tables(sample, isWhole, said, delimiter, said.Escape);
        if (said.Escape is not null || said.Quotes == CsvQuotes.None || !sample.Contains(Backslash, StringComparison.Ordinal))
        {
            return (tables, said.Escape);
        }

        var escaped = Tables(sample, isWhole, said, delimiter, Backslash);
        var (backslashes, doubled) = EscapedQuotes(sample, escaped[0]);
        if (backslashes == 0 || (backslashes <= doubled && Score(escaped[0]) <= Score(tables[0]) + ClearlyBetter))
        {
            return (tables, null);
        }

        reasons.Add($"{backslashes} quote{(backslashes == 1 ? " comes" : "s come")} behind a backslash, {doubled} behind another quote: quotes are escaped with backslashes");
        return (escaped, Backslash);
    }

    private static (int Records, int Lines) PreambleOf(SampleTable best, List<string> reasons)
    {
        var preamble = best.Records.TakeWhile(record => record.Length != best.Fields).Count();
        if (!best.Records.Take(preamble).Any(record => !IsComment(record, best)))
        {
            return (preamble, 0);
        }

        var lines = preamble < best.Records.Count ? best.Lines[preamble] : 0;
        reasons.Add($"the first {preamble} records have another number of fields: a preamble of {lines} lines");
        return (preamble, lines);
    }

    private static List<CsvColumn> Columns(List<string[]> rows, CsvValueType[] types, bool hasHeader, CsvOptions options, List<string> reasons)
    {
        var columns = new List<CsvColumn>(types.Length);
        for (var i = 0; i < types.Length; i++)
        {
            var name = options.ColumnNames is { } names && i < names.Count ? names[i] : hasHeader && rows.Count > 0 ? rows[0][i] : $"column{i}";
            var values = rows.Skip(hasHeader ? 1 : 0).Select(row => row[i]);
            if (types[i] == CsvValueType.Integer && values.Any(HasLeadingZero))
            {
                reasons.Add($"'{name}' has numbers with zeros in front, which integers would lose: a text");
                types[i] = CsvValueType.Text;
            }

            columns.Add(new CsvColumn(name, types[i], types[i].ToString()) { Nullable = values.Any(value => value.Length == 0) });
        }

        return columns;
    }

    private static bool HasLeadingZero(string value) => value.Length > 1 && value[0] == '0' && char.IsAsciiDigit(value[1]);

    private static bool IsComment(string[] record, SampleTable table) => record.Length != table.Fields && record[0].StartsWith(CommentCharacter);

    // Quotes behind a backslash that do not end their field, and those behind another quote that do not either.
    private static (int Backslashes, int Doubled) EscapedQuotes(string sample, SampleTable table)
    {
        int backslashes = 0, doubled = 0;
        for (var i = 1; i + 1 < sample.Length; i++)
        {
            var isInside = sample[i] == table.Quote && sample[i + 1] != table.Delimiter && sample[i + 1] is not ('\r' or '\n') && sample[i + 1] != table.Quote;
            backslashes += isInside && sample[i - 1] == Backslash ? 1 : 0;
            doubled += isInside && sample[i - 1] == table.Quote ? 1 : 0;
        }

        return (backslashes, doubled);
    }

    private static double Score(SampleTable table) =>
        table.Fields > 1
            ? table.Consistency + (0.01 * Math.Log2(table.Fields)) + (table.Quote == '"' ? 0.001 : 0)
            : table.Consistency * OneFieldPenalty * Majority;

    private static bool UsesDecimalComma(List<string[]> rows, List<string> reasons)
    {
        var fields = rows.SelectMany(row => row).ToArray();
        var commas = fields.Count(field => CommaNumber().IsMatch(field));
        var points = fields.Count(field => PointNumber().IsMatch(field));
        if (commas <= points)
        {
            return false;
        }

        reasons.Add("most numbers with a fraction are written with a comma");
        return true;
    }

    private static bool LooksLikeHeader(List<string[]> rows, CsvValueType[] types, bool comma, List<string> reasons)
    {
        if (rows.Count == 0)
        {
            return true;
        }

        var first = rows[0];
        for (var i = 0; i < types.Length; i++)
        {
            if (types[i] != CsvValueType.Text && TypeOf([first[i]], comma) != types[i] && first[i].Length > 0)
            {
                reasons.Add($"'{first[i]}' in the first record is no {types[i]} as all below it are: a header");
                return true;
            }
        }

        if (Array.TrueForAll(types, type => type == CsvValueType.Text) && first.Distinct(StringComparer.OrdinalIgnoreCase).Count() == first.Length && first.All(name => name.Length > 0))
        {
            reasons.Add("all columns are texts and the first record has distinct ones: probably a header, but nothing proves it");
            return true;
        }

        reasons.Add("the first record looks like those below it: no header");
        return false;
    }

    private static CsvValueType TypeOf(IEnumerable<string> values, bool comma)
    {
        var utf8 = values.Where(value => value.Length > 0).Select(value => Encoding.UTF8.GetBytes(value)).ToArray();
        if (utf8.Length == 0)
        {
            return CsvValueType.Text;
        }

        return Array.TrueForAll(utf8, value => CsvFieldParser.TryParse(value, out long _)) ? CsvValueType.Integer
            : Array.TrueForAll(utf8, value => comma ? CsvFieldParser.TryParseDecimalComma(value, out double _) : CsvFieldParser.TryParse(value, out double _)) ? CsvValueType.Double
            : Array.TrueForAll(utf8, value => CsvFieldParser.TryParse(value, out DateOnly _)) ? CsvValueType.Date
            : Array.TrueForAll(utf8, value => CsvFieldParser.TryParse(value, out DateTime _)) ? CsvValueType.DateTime
            : Array.TrueForAll(utf8, value => CsvFieldParser.TryParse(value, out Guid _)) ? CsvValueType.Guid
            : Array.TrueForAll(utf8, value => CsvFieldParser.TryParse(value, out bool _)) ? CsvValueType.Boolean
            : CsvValueType.Text;
    }

    [GeneratedRegex(@"^-?\d{1,3}(\.\d{3})*,\d+$|^-?\d+,\d+$")]
    private static partial Regex CommaNumber();

    [GeneratedRegex(@"^-?\d+\.\d+$")]
    private static partial Regex PointNumber();
}
