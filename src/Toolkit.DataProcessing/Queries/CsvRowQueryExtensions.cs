namespace Toolkit.DataProcessing;

/// <summary>Results of queries over untyped rows.</summary>
public static class CsvRowQueryExtensions
{
    private const int OutputBufferBytes = 64 * 1024;

    /// <summary>
    /// Writes the rows of the query to a CSV file, each as it is in the input, in the order of the input, with the header and
    /// the dialect of the input and LF line ends. The file has a temporary name beside its own until it is complete: it is
    /// there as a whole or not at all.
    /// </summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <returns>What the run did.</returns>
    /// <exception cref="CsvHeaderException">The inputs have different headers.</exception>
    public static async Task<RunReport> WriteCsvAsync(this CsvQuery<Utf8Row> query, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OutputPlaces.Require(path, isFolder: false, query.Source, query.Options);
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            RunReport report;
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, OutputBufferBytes);
            await using (stream.ConfigureAwait(false))
            {
                var job = new RawOutputJob(query.Step, query.Source.Options, stream);
                report = (await query.Options.Backend.RunAsync(query.Source, job, query.Options, cancellationToken).ConfigureAwait(false)).Report;
            }

            File.Move(temporary, target, overwrite: true);
            return report;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
