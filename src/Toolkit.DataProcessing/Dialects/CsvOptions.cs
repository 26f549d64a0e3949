namespace Toolkit.DataProcessing;

/// <summary>How files are to be read: what they mean, not how the work is done (that is <see cref="RunOptions"/>).</summary>
public sealed record CsvOptions
{
    /// <summary>The characters that give a file its structure.</summary>
    /// <value>Comma and double quote, strict.</value>
    public CsvDialect Dialect { get; init; } = new();

    /// <summary>Whether the first record of each file names the columns.</summary>
    /// <value><see langword="true"/></value>
    public bool HasHeader { get; init; } = true;

    /// <summary>What happens to records with another number of fields than the header, or without one, than the first record.</summary>
    /// <value><see cref="RaggedRows.Reject"/></value>
    public RaggedRows RaggedRows { get; init; } = RaggedRows.Reject;

    /// <summary>Whether an empty line in a file of one column is left out instead of being a record with an empty field. In other files empty lines never count.</summary>
    /// <value><see langword="true"/></value>
    public bool SkipBlankLines { get; init; } = true;

    /// <summary>Lines at the beginning of each input that are left out, before the header and whatever is in them: a preamble.</summary>
    /// <value>0</value>
    public int SkipLines { get; init; }

    /// <summary>The names of the columns, in place of a header that there is, or for files without one.</summary>
    /// <value><see langword="null"/>: those of the header, or <c>column0</c> and so on.</value>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>What happens when a name comes twice in a header.</summary>
    /// <value><see cref="DuplicateNames.Ambiguous"/></value>
    public DuplicateNames DuplicateNames { get; init; } = DuplicateNames.Ambiguous;

    /// <summary>What happens to columns without a name in the header.</summary>
    /// <value><see cref="EmptyNames.Number"/></value>
    public EmptyNames EmptyNames { get; init; } = EmptyNames.Number;

    /// <summary>How the columns of several inputs belong together.</summary>
    /// <value><see cref="ColumnMatching.ByName"/></value>
    public ColumnMatching ColumnMatching { get; init; } = ColumnMatching.ByName;

    /// <summary>What happens when an input lacks a column.</summary>
    /// <value><see cref="MissingColumns.Reject"/></value>
    public MissingColumns MissingColumns { get; init; } = MissingColumns.Reject;

    /// <summary>Whether one more delimiter at the end of a record, or of the header, is left out instead of beginning an empty field.</summary>
    /// <value><see langword="false"/>: it begins a field, so that a record with one more delimiter than the header is too long.</value>
    public bool IgnoreTrailingDelimiter { get; init; }

    /// <summary>What happens to records with NUL bytes.</summary>
    /// <value><see cref="NulBytes.Keep"/></value>
    public NulBytes NulBytes { get; init; } = NulBytes.Keep;

    /// <summary>Whether numbers are written with a decimal comma, and points between thousands. A column with a culture of its own keeps it.</summary>
    /// <value><see langword="false"/></value>
    public bool DecimalComma { get; init; }

    /// <summary>How the inputs are compressed.</summary>
    /// <value><see cref="CsvCompression.Detect"/>: found out for each input from its first bytes.</value>
    public CsvCompression Compression { get; init; } = CsvCompression.Detect;

    /// <summary>The encoding of the inputs. Other encodings than UTF-8 are transcoded while they are read; offsets count transcoded bytes then.</summary>
    /// <value><see langword="null"/>: UTF-16 and UTF-32 are known by their byte order mark, UTF-16 also by its zero bytes, everything else is UTF-8.</value>
    public System.Text.Encoding? Encoding { get; init; }

    /// <summary>What happens to bytes that are no text in the input's encoding.</summary>
    /// <value><see cref="InvalidText.Keep"/></value>
    public InvalidText InvalidText { get; init; } = InvalidText.Keep;

    internal void Validate()
    {
        Require(Compression, nameof(Compression));
        Require(InvalidText, nameof(InvalidText));
        Require(RaggedRows, nameof(RaggedRows));
        Require(NulBytes, nameof(NulBytes));
        Require(DuplicateNames, nameof(DuplicateNames));
        Require(EmptyNames, nameof(EmptyNames));
        Require(ColumnMatching, nameof(ColumnMatching));
        Require(MissingColumns, nameof(MissingColumns));
        ArgumentOutOfRangeException.ThrowIfNegative(SkipLines);
        if (ColumnNames is { Count: 0 })
        {
            throw new ArgumentException($"{nameof(ColumnNames)} has no name.");
        }

        Dialect.Validate();
    }

    private static void Require<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentException($"{name} is {value}, which is no such policy.");
        }
    }
}
