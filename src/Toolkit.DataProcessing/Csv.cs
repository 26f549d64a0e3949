namespace Toolkit.DataProcessing;

/// <summary>Where queries over CSV files begin. A query reads nothing until one of its asynchronous methods is called.</summary>
public static partial class Csv
{
    /// <summary>Untyped rows of the files at <paramref name="path"/>.</summary>
    /// <param name="path">A path; with <c>*</c> and <c>?</c> in its parts, and <c>**</c> for any folders, it stands for many, in ordinal order of their paths; a folder stands for all files below it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvQuery<Utf8Row> Scan(string path) => Scan(path, new CsvOptions());

    /// <summary>Untyped rows of the files at <paramref name="path"/>.</summary>
    /// <param name="path">A path; with <c>*</c> and <c>?</c> in its parts, and <c>**</c> for any folders, it stands for many, in ordinal order of their paths; a folder stands for all files below it.</param>
    /// <param name="options">What the bytes mean.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvQuery<Utf8Row> Scan(string path, CsvOptions options) => Scan(Files(path, options));

    /// <summary>Untyped rows of a source.</summary>
    /// <param name="source">What to read.</param>
    public static CsvQuery<Utf8Row> Scan(CsvSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new CsvQuery<Utf8Row>(source, RawStep.Instance, new RunOptions());
    }

    /// <summary>Typed rows of the files at <paramref name="path"/>.</summary>
    /// <typeparam name="T">The type of a row: see <see cref="CsvRecordAttribute"/>.</typeparam>
    /// <param name="path">A path; with <c>*</c> and <c>?</c> in its parts, and <c>**</c> for any folders, it stands for many, in ordinal order of their paths; a folder stands for all files below it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvQuery<T> Scan<T>(string path)
        where T : ICsvRecord<T> => Scan<T>(path, new CsvOptions());

    /// <summary>Typed rows of the files at <paramref name="path"/>.</summary>
    /// <typeparam name="T">The type of a row: see <see cref="CsvRecordAttribute"/>.</typeparam>
    /// <param name="path">A path; with <c>*</c> and <c>?</c> in its parts, and <c>**</c> for any folders, it stands for many, in ordinal order of their paths; a folder stands for all files below it.</param>
    /// <param name="options">What the bytes mean.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvQuery<T> Scan<T>(string path, CsvOptions options)
        where T : ICsvRecord<T> => Scan<T>(Files(path, options));

    /// <summary>Typed rows of a source.</summary>
    /// <typeparam name="T">The type of a row: see <see cref="CsvRecordAttribute"/>.</typeparam>
    /// <param name="source">What to read.</param>
    public static CsvQuery<T> Scan<T>(CsvSource source)
        where T : ICsvRecord<T>
    {
        ArgumentNullException.ThrowIfNull(source);
        return new CsvQuery<T>(source, new ParseStep<T>(), new RunOptions());
    }

    /// <summary>The files at <paramref name="path"/> as a source, to be given to several queries.</summary>
    /// <param name="path">A path; with <c>*</c> and <c>?</c> in its parts, and <c>**</c> for any folders, it stands for many, in ordinal order of their paths; a folder stands for all files below it.</param>
    /// <param name="options">What the bytes mean.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvSource Files(string path, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CsvSource([.. FileGlob.Expand(path).Select(file => new FileCsvInputSource(file))], options);
    }

    /// <summary>Bytes in memory as a source.</summary>
    /// <param name="bytes">The bytes; they must not change while a query runs.</param>
    /// <param name="options">What the bytes mean.</param>
    public static CsvSource Memory(ReadOnlyMemory<byte> bytes, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CsvSource([new MemoryCsvInputSource("memory", bytes)], options);
    }
}
