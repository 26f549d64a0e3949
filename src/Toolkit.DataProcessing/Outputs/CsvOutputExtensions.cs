namespace Toolkit.DataProcessing;

/// <summary>
/// Queries whose rows go to files. Records are written in the order of the input, whatever the number of workers; files have
/// temporary names until the run has succeeded (see <see cref="OutputOptions"/>). The report's
/// <see cref="RunReport.Outputs"/> lists the files.
/// </summary>
public static class CsvOutputExtensions
{
    /// <summary>Writes typed rows to a CSV file with a header.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static Task<RunReport> WriteCsvAsync<T>(this CsvQuery<T> query, string path, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T> => WriteCsvAsync(query, path, new CsvWriteOptions(), cancellationToken);

    /// <summary>Writes typed rows as CSV: to a file, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static Task<RunReport> WriteCsvAsync<T>(this CsvQuery<T> query, string path, CsvWriteOptions options, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return WriteAsync(query, path, new CsvOutputFormat(options), options, cancellationToken);
    }

    /// <summary>Writes untyped rows as CSV in a dialect of its own: to a file, or to a folder of files. Fields are unquoted and quoted anew.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="CsvHeaderException">An input lacks a column of the first one, or has another one.</exception>
    public static Task<RunReport> WriteCsvAsync(this CsvQuery<Utf8Row> query, string path, CsvWriteOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return WriteAsync(query, path, new CsvOutputFormat(options), options, cancellationToken);
    }

    /// <summary>Writes typed rows as JSON Lines: to a file, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public static Task<RunReport> WriteJsonLinesAsync<T>(this CsvQuery<T> query, string path, JsonLinesWriteOptions options, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        return WriteAsync(query, path, new JsonLinesOutputFormat(options), options, cancellationToken);
    }

    /// <summary>Writes untyped rows as JSON Lines, each field as a text: to a file, or to a folder of files.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="CsvHeaderException">An input lacks a column of the first one, or has another one.</exception>
    public static Task<RunReport> WriteJsonLinesAsync(this CsvQuery<Utf8Row> query, string path, JsonLinesWriteOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return WriteAsync(query, path, new JsonLinesOutputFormat(options), options, cancellationToken);
    }

    /// <summary>Writes typed rows in any format: to a file, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">What all formats have in common.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static Task<RunReport> WriteAsync<T>(this CsvQuery<T> query, string path, OutputFormat format, OutputOptions options, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T>
    {
        Check(query, path, format, options);
        return RunAsync(
            query,
            () => RunIdentity.Of(query, path, format, options, typeof(T).Assembly),
            checkpoint => new TypedWriteJob<T>(query.Step, OutputWriter.Create(path, options, new OutputShape(format, options, T.Schema.Columns), checkpoint, query.Options.MemoryBudget)) { Checkpoint = checkpoint },
            cancellationToken);
    }

    /// <summary>Writes untyped rows in any format, each field as a text: to a file, or to a folder of files.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">What all formats have in common.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="CsvHeaderException">An input lacks a column of the first one, or has another one.</exception>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static Task<RunReport> WriteAsync(this CsvQuery<Utf8Row> query, string path, OutputFormat format, OutputOptions options, CancellationToken cancellationToken = default)
    {
        Check(query, path, format, options);
        return RunAsync(
            query,
            () => RunIdentity.Of(query, path, format, options, typeof(Csv).Assembly),
            checkpoint => new RowWriteJob(query.Step, query.Source, query.Options, shape => OutputWriter.Create(path, options, shape, checkpoint, query.Options.MemoryBudget), format, options) { Checkpoint = checkpoint },
            cancellationToken);
    }

    private static async Task<RunReport> RunAsync<T>(CsvQuery<T> query, Func<SortedDictionary<string, string>> identity, Func<RunCheckpoint?, WriteJob> create, CancellationToken cancellationToken)
        where T : allows ref struct
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var checkpoint = RunCheckpoint.Open(query.Options, identity);
        using var job = create(checkpoint);
        var result = await query.Options.Backend.RunAsync(query.Source, job, query.Options, cancellationToken).ConfigureAwait(false);
        var outputs = job.Commit();
        checkpoint?.Delete();
        return result.Report with { Outputs = outputs };
    }

    private static void Check<T>(CsvQuery<T> query, string path, OutputFormat format, OutputOptions options)
        where T : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        OutputPlaces.Require(path, options.Layout != OutputLayout.SingleFile, query.Source, query.Options);
    }
}
