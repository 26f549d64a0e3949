using System.Text;

namespace Toolkit.DataProcessing;

/// <content>Finding out how a file is written.</content>
public static partial class Csv
{
    private const int SniffedBytes = 64 * 1024;

    /// <summary>Looks at the beginning of a file: delimiter, quote, preamble, header, decimal comma and types.</summary>
    /// <param name="path">The file; compression and encoding are found out as for a scan.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvSniff Sniff(string path) => Sniff(path, new CsvOptions(), delimiter: null, header: null);

    /// <summary>Looks at the beginning of a file for what is not known; what is said is not doubted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Compression, encoding and everything else that sniffing does not find out.</param>
    /// <param name="delimiter">The delimiter, where it is known.</param>
    /// <param name="header">Whether there is a header, where that is known.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CsvSniff Sniff(string path, CsvOptions options, char? delimiter, bool? header)
    {
        using var input = Files(path, options).Inputs[0].Open();
        var bytes = new byte[SniffedBytes];
        var length = 0;
        while (length < bytes.Length)
        {
            var count = input.Read(bytes.AsSpan(length), length);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        var sample = Encoding.UTF8.GetString(bytes, 0, length).TrimStart('\uFEFF');
        return Sniffer.Sniff(sample, isWhole: length < bytes.Length, options, delimiter, header);
    }
}
