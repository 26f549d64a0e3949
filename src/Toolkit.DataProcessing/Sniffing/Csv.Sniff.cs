using System.Text;

namespace Toolkit.DataProcessing;

/// <content>Finding out how a file is written.</content>
public static partial class Csv
{
    /// <summary>Looks at the beginning of a file: compression, encoding, delimiter, quote, escape, preamble, comments, header, decimal comma and types.</summary>
    /// <param name="path">The file; of several the first.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvSniff Sniff(string path) => Sniff(path, new CsvOptions(), delimiter: null, header: null);

    /// <summary>Looks at the beginning of a file for what is not known; what is said is not doubted.</summary>
    /// <param name="path">The file; of several the first.</param>
    /// <param name="options">
    /// What is known: all that is not the default holds (a delimiter, a quote, an escape, a comment, skipped lines, no header, a
    /// decimal comma, compression, encoding), and everything else that sniffing does not find out.
    /// </param>
    /// <param name="delimiter">The delimiter, where it is known to be a comma or better said here.</param>
    /// <param name="header">Whether there is a header, where that is known.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvSniff Sniff(string path, CsvOptions options, char? delimiter, bool? header)
    {
        ArgumentNullException.ThrowIfNull(options);
        var reasons = new List<string>();

        // Escapes are looked for, not turned into doubled quotes.
        var source = (DecodingInputSource)Files(path, options with { Dialect = options.Dialect with { Escape = null } }).Inputs[0];
        var (bytes, isWhole) = SniffedBytes.Read(source, options, reasons);
        var encoding = SniffedBytes.EncodingOf(bytes, isWhole, options, reasons);
        var sample = (encoding ?? Encoding.UTF8).GetString(bytes).TrimStart('\uFEFF');
        return Sniffer.Sniff(SniffedBytes.SkipLines(sample, options.SkipLines), isWhole, encoding is null ? options : options with { Encoding = encoding }, delimiter, header, reasons);
    }
}
