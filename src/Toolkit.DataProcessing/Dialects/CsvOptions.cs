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

    internal void Validate()
    {
        Dialect.Validate();
        if (!Enum.IsDefined(RaggedRows))
        {
            throw new ArgumentException($"{nameof(RaggedRows)} is {RaggedRows}, which is no such policy.");
        }
    }
}
