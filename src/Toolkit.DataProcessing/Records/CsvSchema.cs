namespace Toolkit.DataProcessing;

/// <summary>The columns of a record type, in the order of its members. Immutable.</summary>
public sealed class CsvSchema
{
    private readonly CsvColumn[] _columns;

    /// <summary>A schema of <paramref name="columns"/>.</summary>
    /// <param name="columns">The columns, at least one.</param>
    /// <exception cref="ArgumentException">There is no column.</exception>
    public CsvSchema(params ReadOnlySpan<CsvColumn> columns)
    {
        if (columns.IsEmpty)
        {
            throw new ArgumentException("A schema has at least one column.", nameof(columns));
        }

        _columns = columns.ToArray();
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<CsvColumn> Columns => _columns;

    /// <summary>Finds each column in the header of a source.</summary>
    /// <param name="header">The names of the header, unquoted, in the order of the file.</param>
    /// <returns>What <see cref="ICsvRecord{TSelf}.TryParse"/> takes.</returns>
    /// <exception cref="CsvHeaderException">A column that is not optional is missing, or a name fits more than one column of the header.</exception>
    public CsvBinding Bind(IReadOnlyList<string> header) => Bind(header, firstOfSame: false, missingIsEmpty: false);

    /// <summary>As <see cref="Bind(IReadOnlyList{string})"/>, by the policies of a run.</summary>
    internal CsvBinding Bind(IReadOnlyList<string> header, bool firstOfSame, bool missingIsEmpty)
    {
        ArgumentNullException.ThrowIfNull(header);
        var positions = new int[_columns.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = HeaderMatch.Find(_columns[i], header, firstOfSame, missingIsEmpty);
        }

        return new CsvBinding(this, positions);
    }

    /// <summary>Takes each column from its own position, or where it has none from its place in the schema: a source without a header.</summary>
    /// <returns>What <see cref="ICsvRecord{TSelf}.TryParse"/> takes.</returns>
    public CsvBinding BindByPosition()
    {
        var positions = new int[_columns.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = _columns[i].Index >= 0 ? _columns[i].Index : i;
        }

        return new CsvBinding(this, positions);
    }
}
