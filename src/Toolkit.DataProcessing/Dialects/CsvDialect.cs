namespace Toolkit.DataProcessing;

/// <summary>The characters that give a file its structure. Line ends are LF, CRLF and CR, also mixed within a file.</summary>
public sealed record CsvDialect
{
    /// <summary>The default of <see cref="Delimiter"/>.</summary>
    public const char DefaultDelimiter = ',';

    /// <summary>The default of <see cref="Quote"/>.</summary>
    public const char DefaultQuote = '"';

    /// <summary>What separates two fields: one ASCII character other than a line end.</summary>
    /// <value><c>,</c></value>
    public char Delimiter { get; init; } = DefaultDelimiter;

    /// <summary>What encloses a field: one ASCII character other than <see cref="Delimiter"/> and the line ends.</summary>
    /// <value><c>"</c></value>
    public char Quote { get; init; } = DefaultQuote;

    /// <summary>How quotes are read.</summary>
    /// <value><see cref="CsvQuotes.Strict"/></value>
    public CsvQuotes Quotes { get; init; } = CsvQuotes.Strict;

    /// <summary>
    /// What begins a comment: a line whose first byte it is, where a record would start, is left out up to its line end,
    /// whatever quotes and delimiters it has. Elsewhere the character is text.
    /// </summary>
    /// <value><see langword="null"/>: there are no comments.</value>
    public char? Comment { get; init; }

    /// <summary>
    /// What stands before a quote within quotes to make it a part of the field, beside another quote: mostly a backslash, as
    /// Spark and MySQL write it. Before another one of itself it stands for one, before anything else it is text.
    /// </summary>
    /// <value>
    /// <see langword="null"/>: only doubled quotes. With an escape a file is turned into one of doubled quotes while it is read,
    /// by one thread; offsets and rejected bytes are those of what it becomes.
    /// </value>
    public char? Escape { get; init; }

    internal void Validate()
    {
        Require(Delimiter, nameof(Delimiter));
        Require(Quote, nameof(Quote));
        if (Comment is { } comment)
        {
            Require(comment, nameof(Comment));
            if (comment == Delimiter || (Quotes != CsvQuotes.None && comment == Quote))
            {
                throw new ArgumentException($"{nameof(Comment)} is '{comment}', which is the delimiter or the quote already.");
            }
        }

        if (Escape is { } escape)
        {
            Require(escape, nameof(Escape));
            if (escape == Delimiter || escape == Quote || escape == Comment || Quotes == CsvQuotes.None)
            {
                throw new ArgumentException($"{nameof(Escape)} is '{escape}': it must be neither the delimiter nor the quote nor {nameof(Comment)}, and there must be quotes. Doubled quotes need none.");
            }
        }

        if (!Enum.IsDefined(Quotes))
        {
            throw new ArgumentException($"{nameof(Quotes)} is {Quotes}: it must be {nameof(CsvQuotes.Strict)}, {nameof(CsvQuotes.Lenient)} or {nameof(CsvQuotes.None)}.");
        }

        if (Quotes != CsvQuotes.None && Delimiter == Quote)
        {
            throw new ArgumentException($"{nameof(Delimiter)} and {nameof(Quote)} are both '{Quote}': a quote can't also separate fields.");
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
