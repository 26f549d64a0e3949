namespace Toolkit.DataProcessing;

/// <summary>How CSV is written. Always UTF-8.</summary>
public sealed record CsvWriteOptions : OutputOptions
{
    /// <summary>The default of <see cref="Delimiter"/>.</summary>
    public const char DefaultDelimiter = ',';

    /// <summary>The default of <see cref="Quote"/>.</summary>
    public const char DefaultQuote = '"';

    /// <summary>What separates two fields: one ASCII character.</summary>
    /// <value><c>,</c></value>
    public char Delimiter { get; init; } = DefaultDelimiter;

    /// <summary>What encloses a field: one ASCII character.</summary>
    /// <value><c>"</c></value>
    public char Quote { get; init; } = DefaultQuote;

    /// <summary>Which fields are put in quotes.</summary>
    /// <value><see cref="CsvQuoting.Needed"/></value>
    public CsvQuoting Quoting { get; init; } = CsvQuoting.Needed;

    /// <summary>What ends a record: LF or CRLF.</summary>
    /// <value>LF</value>
    public string NewLine { get; init; } = "\n";

    /// <summary>Whether each file starts with the names of its columns.</summary>
    /// <value><see langword="true"/></value>
    public bool Header { get; init; } = true;

    /// <summary>Whether each file starts with a byte order mark, for spreadsheets that otherwise take UTF-8 for something else.</summary>
    /// <value><see langword="false"/></value>
    public bool ByteOrderMark { get; init; }

    /// <summary>
    /// Whether a text that a spreadsheet would run as a formula (it starts with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab or
    /// a carriage return, and is no number) gets an apostrophe in front. It changes the data: for files that people open, not for programs.
    /// </summary>
    /// <value><see langword="false"/></value>
    public bool GuardFormulas { get; init; }

    /// <summary>What is written for a missing value, without quotes.</summary>
    /// <value>Nothing.</value>
    public string NullText { get; init; } = "";

    /// <inheritdoc />
    protected internal override void Validate()
    {
        base.Validate();
        Require(Delimiter, nameof(Delimiter));
        Require(Quote, nameof(Quote));
        if (Delimiter == Quote)
        {
            throw new ArgumentException($"{nameof(Delimiter)} and {nameof(Quote)} are both '{Quote}': a quote can't also separate fields.");
        }

        if (NewLine is not ("\n" or "\r\n"))
        {
            throw new ArgumentException($"{nameof(NewLine)} must be LF or CRLF.");
        }

        if (!Enum.IsDefined(Quoting))
        {
            throw new ArgumentException($"{nameof(Quoting)} is {Quoting}, which is no such policy.");
        }

        if (NullText is null || NullText.AsSpan().IndexOfAny(Delimiter, Quote, '\n') >= 0 || NullText.Contains('\r', StringComparison.Ordinal))
        {
            throw new ArgumentException($"{nameof(NullText)} is written without quotes: it must not hold a delimiter, a quote or a line end.");
        }
    }

    private static void Require(char character, string name)
    {
        if (character is '\r' or '\n' or '\0' || !char.IsAscii(character))
        {
            throw new ArgumentException($"{name} is U+{(int)character:X4}: it must be an ASCII character other than NUL, CR and LF.");
        }
    }
}
