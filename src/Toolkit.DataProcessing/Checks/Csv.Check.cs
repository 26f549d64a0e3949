namespace Toolkit.DataProcessing;

/// <content>Explaining what is wrong with files.</content>
public static partial class Csv
{
    /// <summary>Reads files and says what is wrong with their records: quotes, and numbers of fields.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static Task<CsvCheckReport> CheckAsync(CsvSource source, CancellationToken cancellationToken = default) =>
        CheckAsync(Scan(source), cancellationToken);

    /// <summary>Reads files and says what is wrong with their records: quotes, numbers of fields, and fields that are no value of their column.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="CsvHeaderException">A header lacks a column.</exception>
    public static Task<CsvCheckReport> CheckAsync<T>(CsvSource source, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T> => CheckAsync(Scan<T>(source), cancellationToken);

    private static async Task<CsvCheckReport> CheckAsync<T>(CsvQuery<T> query, CancellationToken cancellationToken)
        where T : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(query);
        var faults = new Dictionary<(BadRowReason, string), (long Count, BadRow First)>();
        var options = query.Options with
        {
            BadRows = BadRows.Skip,

            // Called in the order of the input and never twice at once.
            OnBadRow = row =>
            {
                var key = (row.Reason, row.Column);
                faults[key] = faults.TryGetValue(key, out var found) ? (found.Count + 1, found.First) : (1, row);
            },
        };
        var report = await query.With(options).RunAsync(cancellationToken).ConfigureAwait(false);
        var header = faults.Count > 0 && query.Source.Inputs[0].Length >= 0 ? HeaderOf(query.Source, options) : [];
        var kinds = faults.OrderByDescending(fault => fault.Value.Count).Select(fault => new CsvFaultKind(
            fault.Key.Item1, fault.Key.Item2, fault.Value.Count, fault.Value.First,
            FaultPicture.Draw(fault.Value.First, query.Source.Options.Dialect, header), Advice(fault.Key.Item1)));
        return new CsvCheckReport(report, [.. kinds]);
    }

    private static IReadOnlyList<string> HeaderOf(CsvSource source, RunOptions options)
    {
        using var layout = LayoutReader.Open(source.Inputs[0], source.Options, ScanMemory.Plan(source.Options, options), null);
        return layout.Header.Names;
    }

    private static string Advice(BadRowReason reason) => reason switch
    {
        BadRowReason.FieldCount => "RaggedRows.Pad takes shorter records, RaggedRows.Truncate longer ones; many of them may mean another delimiter.",
        BadRowReason.StrayQuote => "CsvQuotes.Lenient takes stray quotes as text; CsvQuotes.None takes all quotes as text.",
        BadRowReason.UnterminatedQuote => "The file may be cut off; with CsvQuotes.None a quote opens nothing.",
        _ => "[CsvColumn(NullValues = [...])] names texts that stand for no value, a nullable member or a Default takes empty fields, Format and Culture say how values are written.",
    };
}
