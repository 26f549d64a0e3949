namespace Toolkit.DataProcessing;

/// <summary>Queries whose rows go to Parquet files, in the order of the input, whatever the number of workers.</summary>
public static class ParquetOutputExtensions
{
    /// <summary>Writes typed rows as Parquet: to a file, or to a folder of files.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static Task<RunReport> WriteParquetAsync<T>(this CsvQuery<T> query, string path, ParquetWriteOptions options, CancellationToken cancellationToken = default)
        where T : ICsvRecord<T> => query.WriteAsync(path, new ParquetOutputFormat(options), options, cancellationToken);

    /// <summary>Writes untyped rows as Parquet, each column as text: to a file, or to a folder of files.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file or the folder.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <exception cref="IOException">The target can't be written, or is there and must not be replaced.</exception>
    public static Task<RunReport> WriteParquetAsync(this CsvQuery<Utf8Row> query, string path, ParquetWriteOptions options, CancellationToken cancellationToken = default) =>
        query.WriteAsync(path, new ParquetOutputFormat(options), options, cancellationToken);
}
