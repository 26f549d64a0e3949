namespace Toolkit.DataProcessing;

/// <content>Explaining what is wrong with files.</content>
public static partial class Csv
{
    /// <summary>Reads files and says what is wrong with their records: quotes, numbers of fields, NUL bytes, invalid UTF-8, mixed line ends.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static Task<CsvCheckReport> CheckAsync(CsvSource source, CancellationToken cancellationToken = default) =>
        CheckAsync(Scan(source), cancellationToken);

    /// <summary>Reads files and says what is wrong with their records: quotes, numbers of fields, fields that are no value of their column, NUL bytes, invalid UTF-8, mixed line ends.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="CsvHeaderException">A header lacks a column.</exception>
    public static Task<CsvCheckReport> CheckAsync<T>(CsvSource source, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T> => CheckAsync(Scan<T>(source), cancellationToken);

    /// <summary>A check of a query's rows, its filters and projections included: for tests.</summary>
    internal static async Task<CsvCheckReport> CheckAsync<T>(CsvQuery<T> query, CancellationToken cancellationToken)
        where T : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(query);
        var faults = new Dictionary<(BadRowReason, string), (long Count, BadRow First)>();
        var text = new TextFindings();
        var options = query.Options with
        {
            OnText = text.Add,
            BadRows = BadRows.Skip,

            // Called in the order of the input and never twice at once.
            OnBadRow = row =>
            {
                var key = (row.Reason, row.Column);
                faults[key] = faults.TryGetValue(key, out var found) ? (found.Count + 1, found.First) : (1, row);
            },
        };
        var report = await query.With(options).RunAsync(cancellationToken).ConfigureAwait(false);
        var kinds = faults.OrderByDescending(fault => fault.Value.Count).Select(fault => Describe(fault.Key.Item1, fault.Key.Item2, fault.Value, isBad: true))
            .Concat(Notable(text).Select(note => Describe(note.First!.Reason, "", (note.Count, note.First), isBad: false)));
        return new CsvCheckReport(report, [.. kinds]);

        CsvFaultKind Describe(BadRowReason reason, string column, (long Count, BadRow First) fault, bool isBad) =>
            new(reason, column, fault.Count, fault.First, FaultPicture.Draw(fault.First, query.Source.Options.Dialect), Advice(reason, isBad) + AdviceOnEscapes(fault.First, query.Source.Options.Dialect), isBad);
    }

    // Line ends are worth a word where there are several kinds: of those, all but the most frequent.
    private static IEnumerable<TextFinding> Notable(TextFindings text)
    {
        var lineEnds = new[] { text.LineFeeds, text.CarriageReturnLineFeeds, text.CarriageReturns }.Where(kind => kind.Count > 0).OrderByDescending(kind => kind.Count).Skip(1);
        return new[] { text.NulBytes, text.InvalidText }.Where(kind => kind.Count > 0).Concat(lineEnds);
    }

    // A quote behind a backslash is a stray one, or ends its field too early.
    private static string AdviceOnEscapes(BadRow first, CsvDialect dialect) =>
        dialect.Escape is null && dialect.Quotes != CsvQuotes.None
        && first.Reason is BadRowReason.StrayQuote or BadRowReason.UnterminatedQuote or BadRowReason.FieldCount
        && first.Raw.Span.IndexOf([(byte)'\\', (byte)dialect.Quote]) >= 0
            ? " There is a quote behind a backslash: CsvDialect.Escape = '\\\\' reads such files."
            : "";

    private static string Advice(BadRowReason reason, bool isBad) => reason switch
    {
        BadRowReason.FieldCount => "RaggedRows.Pad takes shorter records, RaggedRows.Truncate longer ones, RaggedRows.Fit both; IgnoreTrailingDelimiter takes one delimiter too many at the end; many of them may mean another delimiter.",
        BadRowReason.StrayQuote => "CsvQuotes.Lenient takes stray quotes as text; CsvQuotes.None takes all quotes as text.",
        BadRowReason.UnterminatedQuote => "The file may be cut off; with CsvQuotes.None a quote opens nothing.",
        BadRowReason.NulByte => isBad ? "NulBytes.Keep takes them as they are." : "NulBytes.Reject makes such records bad ones; many of them may mean UTF-16 without a mark, or a file with holes.",
        BadRowReason.InvalidText => isBad ? "InvalidText.Keep takes the bytes as they are; Encoding says what they are." : "The text may be Latin-1 or another encoding: say which with Encoding; InvalidText.Reject makes such records bad ones.",
        BadRowReason.LineEnd => "Mixed line ends are read all the same; files put together from several often have them.",
        _ => "[CsvColumn(NullValues = [...])] names texts that stand for no value, a nullable member or a Default takes empty fields, Format and Culture say how values are written.",
    };
}
