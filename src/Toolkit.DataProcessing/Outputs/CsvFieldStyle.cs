using System.Buffers;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary><see cref="CsvWriteOptions"/> in the form that writing needs them. Immutable; shared by all workers.</summary>
internal sealed class CsvFieldStyle
{
    public CsvFieldStyle(CsvWriteOptions options)
    {
        Delimiter = (byte)options.Delimiter;
        Quote = (byte)options.Quote;
        NewLine = Encoding.UTF8.GetBytes(options.NewLine);
        NullText = Encoding.UTF8.GetBytes(options.NullText);
        QuoteTexts = options.Quoting != CsvQuoting.Needed;
        QuoteNumbers = options.Quoting == CsvQuoting.All;
        GuardFormulas = options.GuardFormulas;
        PlainValues = !QuoteNumbers && !char.IsAsciiLetterOrDigit(options.Delimiter) && !char.IsAsciiLetterOrDigit(options.Quote) && "+-.:".AsSpan().IndexOfAny(options.Delimiter, options.Quote) < 0;
        Special = SearchValues.Create([Delimiter, Quote, (byte)'\r', (byte)'\n']);
    }

    public byte Delimiter { get; }

    public byte Quote { get; }

    public byte[] NewLine { get; }

    public byte[] NullText { get; }

    public bool QuoteTexts { get; }

    public bool QuoteNumbers { get; }

    public bool GuardFormulas { get; }

    /// <summary>Whether no number, date or identifier ever needs quotes: neither delimiter nor quote is in any of their texts.</summary>
    public bool PlainValues { get; }

    /// <summary>The bytes that can't be in a field without quotes.</summary>
    public SearchValues<byte> Special { get; }
}
