namespace Toolkit.DataProcessing;

/// <content>Inputs.</content>
public static partial class Csv
{
    /// <summary>The files of several paths as one source, in the order of the paths, and of each path in ordinal order.</summary>
    /// <param name="paths">Paths as for <see cref="Scan(string)"/>.</param>
    /// <param name="exclude">Paths whose files are left out.</param>
    /// <param name="options">What the bytes mean.</param>
    /// <exception cref="FileNotFoundException">A path stands for no file, or nothing is left.</exception>
    public static CsvSource Files(IEnumerable<string> paths, IEnumerable<string> exclude, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(exclude);
        ArgumentNullException.ThrowIfNull(options);
        var excluded = exclude.SelectMany(FileGlob.ExpandOrNone).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = paths.SelectMany(FileGlob.Expand).Where(file => !excluded.Contains(Path.GetFullPath(file)) && seen.Add(Path.GetFullPath(file))).ToArray();
        return files.Length > 0
            ? new CsvSource([.. files.Select(file => new FileCsvInputSource(file))], options)
            : throw new FileNotFoundException("All files are excluded.");
    }

    /// <summary>A stream as a source. It is read once, from front to back, ahead of the workers by a bounded number of bytes.</summary>
    /// <param name="stream">The stream; closed when the run ends.</param>
    /// <param name="name">The name that errors and the quarantine show.</param>
    /// <param name="options">What the bytes mean.</param>
    public static CsvSource Stream(Stream stream, string name, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        return new CsvSource([new StreamInputSource(name, stream, leaveOpen: false)], options);
    }

    /// <summary>Standard input as a source.</summary>
    /// <param name="options">What the bytes mean.</param>
    public static CsvSource StandardInput(CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CsvSource([new StreamInputSource("standard input", Console.OpenStandardInput(), leaveOpen: true)], options);
    }

    /// <summary>
    /// An HTTP or HTTPS URL as a source: signed URLs serve object stores without their own libraries. With a server that takes
    /// ranges, partitions are fetched side by side, and a content that changes fails the run; else the answer is a stream.
    /// </summary>
    /// <param name="address">The URL.</param>
    /// <param name="client">
    /// Sends the requests, from the worker threads; its handlers (credentials) apply to each of them. Lost connections and answers
    /// that may pass (408, 429, 500, 502, 503, 504) are tried again up to four times within some five seconds, ranges also where
    /// their body is cut. Its <see cref="HttpClient.Timeout"/> holds for each answer, and for each range of 1 MiB.
    /// </param>
    /// <param name="options">What the bytes mean.</param>
    /// <remarks>Errors, the quarantine and checkpoints name the URL without its query, which may be a signature.</remarks>
    public static CsvSource Http(Uri address, HttpClient client, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Http(address, client, HttpInputSource.NameOf(address), options);
    }

    /// <summary>An HTTP or HTTPS URL as a source, as <see cref="Http(Uri, HttpClient, CsvOptions)"/>, with a name of its own: where the query tells two of them apart.</summary>
    /// <param name="address">The URL.</param>
    /// <param name="client">Sends the requests.</param>
    /// <param name="name">The name that errors, the quarantine and checkpoints show.</param>
    /// <param name="options">What the bytes mean.</param>
    public static CsvSource Http(Uri address, HttpClient client, string name, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        return new CsvSource([new HttpInputSource(name, address, client)], options);
    }

    /// <summary>Inputs of any kind as one source, in their order.</summary>
    /// <param name="inputs">The inputs, at least one.</param>
    /// <param name="options">What the bytes mean.</param>
    public static CsvSource Inputs(IEnumerable<CsvInputSource> inputs, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        var list = inputs.ToArray();
        return list.Length > 0 ? new CsvSource(list, options) : throw new ArgumentException("There is no input.", nameof(inputs));
    }
}
