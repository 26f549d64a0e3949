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
        if (!Enum.IsDefined(Compression))
        {
            throw new ArgumentException($"{nameof(Compression)} is {Compression}, which is none that is known.");
        }

        if (!Enum.IsDefined(InvalidText))
        {
            throw new ArgumentException($"{nameof(InvalidText)} is {InvalidText}, which is no such policy.");
        }

        Dialect.Validate();
        if (!Enum.IsDefined(RaggedRows))
        {
            throw new ArgumentException($"{nameof(RaggedRows)} is {RaggedRows}, which is no such policy.");
        }
    }
}
