namespace Toolkit.DataProcessing;

/// <content>Rows that are in memory already: the groups of a query, for example.</content>
public static partial class Csv
{
    /// <summary>Writes rows to a CSV file with a header, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <returns>The files that were written, by their final paths.</returns>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static IReadOnlyList<OutputFileInfo> Write<T>(IEnumerable<T> rows, string path, CsvWriteOptions options)
        where T : ICsvRecord<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Write(rows, path, new CsvOutputFormat(options), options);
    }

    /// <summary>Writes rows in any format: to a file, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">What all formats have in common.</param>
    /// <returns>The files that were written, by their final paths.</returns>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static IReadOnlyList<OutputFileInfo> Write<T>(IEnumerable<T> rows, string path, OutputFormat format, OutputOptions options)
        where T : ICsvRecord<T>
    {
        const int BatchRecords = 4096;
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var shape = new OutputShape(format, options, T.Schema.Columns);
        using var writer = OutputWriter.Create(path, options, shape, checkpoint: null, RunOptions.DefaultMemoryBudget);
        var batch = new OutputBatch(shape);
        foreach (var row in rows)
        {
            batch.Append(in row);
            if (batch.Records == BatchRecords)
            {
                writer.Append(batch);
                batch.Clear();
            }
        }

        writer.Append(batch);
        return writer.Commit();
    }
}
