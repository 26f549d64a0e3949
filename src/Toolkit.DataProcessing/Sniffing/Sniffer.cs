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

    public static CsvSniff Sniff(string sample, bool isWhole, CsvOptions options, char? delimiter, bool? header)
    {
        var reasons = new List<string>();
        var tables = (delimiter is { } said ? said.ToString() : Delimiters)
            .SelectMany(d => Quotes.Select(q => SampleTable.Read(sample, isWhole, d, q)))
            .OrderByDescending(Score).ToArray();
        var best = tables[0];
        var other = tables.FirstOrDefault(table => table.Delimiter != best.Delimiter && table.Fields > 1);
        var confidence = Math.Clamp(best.Consistency - ((other is null ? 0 : Score(other)) / 4) - (best.Fields > 1 ? 0 : OneFieldPenalty), 0, 1);
        reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{best.Fitting} of {best.Records.Count} sampled records have {best.Fields} field{(best.Fields == 1 ? "" : "s")} with that delimiter{(delimiter is null ? "" : ", which was said")}"));

        var comments = best.Records.Count(record => IsComment(record, best));
        if (comments > 0)
        {
            reasons.Add($"{comments} line{(comments == 1 ? " begins" : "s begin")} with '{CommentCharacter}' and {(comments == 1 ? "has" : "have")} another number of fields: comments");
        }

        var preamble = best.Records.TakeWhile(record => record.Length != best.Fields).Count();
        var skipLines = 0;
        if (best.Records.Take(preamble).Any(record => !IsComment(record, best)))
        {
            skipLines = preamble < best.Records.Count ? best.Lines[preamble] : 0;
            reasons.Add($"the first {preamble} records have another number of fields: a preamble of {skipLines} lines");
        }

        var escape = EscapeOf(sample, best, reasons);
        var rows = best.Records.Skip(preamble).Where(record => record.Length == best.Fields).ToList();
        var comma = best.Delimiter != ',' && UsesDecimalComma(rows);
        if (comma)
        {
            reasons.Add("most numbers with a fraction are written with a comma");
        }

        var types = Enumerable.Range(0, best.Fields).Select(i => TypeOf(rows.Skip(1).Select(row => row[i]), comma)).ToArray();
        var hasHeader = header ?? LooksLikeHeader(rows, types, comma, reasons);
        var columns = types.Select((type, i) => new CsvColumn(hasHeader && rows.Count > 0 ? rows[0][i] : $"column{i}", type, type.ToString())
        {
            Nullable = rows.Skip(hasHeader ? 1 : 0).Any(row => row[i].Length == 0),
        });
        return new CsvSniff(
            options with { Dialect = options.Dialect with { Delimiter = best.Delimiter, Quote = best.Quote, Comment = comments > 0 ? CommentCharacter : options.Dialect.Comment }, SkipLines = Math.Max(skipLines, options.SkipLines), HasHeader = hasHeader, DecimalComma = comma || options.DecimalComma },
            [.. columns], preamble, escape, confidence, reasons);
    }

    private static bool IsComment(string[] record, SampleTable table) => record.Length != table.Fields && record[0].StartsWith(CommentCharacter);

    // A quote behind a backslash that does not end its field, against one behind a quote that does not either.
    private static char EscapeOf(string sample, SampleTable table, List<string> reasons)
    {
        int backslashes = 0, doubled = 0;
        for (var i = 1; i + 1 < sample.Length; i++)
        {
            var isInside = sample[i] == table.Quote && sample[i + 1] != table.Delimiter && sample[i + 1] is not ('\r' or '\n') && sample[i + 1] != table.Quote;
            backslashes += isInside && sample[i - 1] == '\\' ? 1 : 0;
            doubled += isInside && sample[i - 1] == table.Quote ? 1 : 0;
        }

        if (backslashes <= doubled)
        {
            return table.Quote;
        }

        reasons.Add($"{backslashes} quotes come behind a backslash, {doubled} behind another quote: quotes are escaped with backslashes, which a scan does not read: convert the file to doubled quotes first; BadRows.Repair can mend only records in which no field ends with such a quote");
        return '\\';
    }

    private static double Score(SampleTable table) =>
        table.Fields > 1
            ? table.Consistency + (0.01 * Math.Log2(table.Fields)) + (table.Quote == '"' ? 0.001 : 0)
            : table.Consistency * OneFieldPenalty * Majority;

    private static bool UsesDecimalComma(List<string[]> rows)
    {
        var fields = rows.SelectMany(row => row).ToArray();
        var commas = fields.Count(field => CommaNumber().IsMatch(field));
        var points = fields.Count(field => PointNumber().IsMatch(field));
        return commas > 0 && commas > points;
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
