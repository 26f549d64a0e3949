namespace Toolkit.DataProcessing;

/// <summary>What is written, resolved against the columns that there are: which columns name folders, and which are left out of the files.</summary>
internal sealed class OutputShape
{
    private readonly int[] _keyPlaces;

    public OutputShape(OutputFormat format, OutputOptions options, IReadOnlyList<CsvColumn> columns)
    {
        Format = format;
        Columns = columns;
        KeyNames = options.PartitionBy;
        _keyPlaces = new int[columns.Count];
        Array.Fill(_keyPlaces, -1);
        for (var i = 0; i < KeyNames.Count; i++)
        {
            _keyPlaces[Find(KeyNames[i], columns)] = i;
        }

        if (KeyNames.Count > 0 && !options.KeepPartitionColumns)
        {
            Skip = Array.ConvertAll(_keyPlaces, place => place >= 0);
            if (KeyNames.Count == columns.Count)
            {
                throw new ArgumentException($"{nameof(OutputOptions.PartitionBy)} names every column, so that nothing is left for the files; set {nameof(OutputOptions.KeepPartitionColumns)}.");
            }
        }
    }

    public OutputFormat Format { get; }

    public IReadOnlyList<CsvColumn> Columns { get; }

    /// <summary>The columns that name folders, from the outermost.</summary>
    public IReadOnlyList<string> KeyNames { get; }

    /// <summary>For each column its place among <see cref="KeyNames"/>, or -1.</summary>
    public ReadOnlySpan<int> KeyPlaces => _keyPlaces;

    /// <summary>For each column whether it is left out of the files; <see langword="null"/> where none is.</summary>
    public bool[]? Skip { get; }

    public OutputChunk CreateChunk() => Format.CreateChunk(Columns, Skip);

    private static int Find(string name, IReadOnlyList<CsvColumn> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (string.Equals(columns[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new ArgumentException($"{nameof(OutputOptions.PartitionBy)} names the column '{name}'; the output has: {string.Join(", ", columns.Take(20).Select(c => $"'{c.Name}'"))}{(columns.Count > 20 ? ", …" : "")}.");
    }
}
