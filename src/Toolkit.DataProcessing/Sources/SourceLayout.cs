namespace Toolkit.DataProcessing;

/// <summary>What is known of one open source before its records are read.</summary>
internal sealed class SourceLayout : IDisposable
{
    public static readonly SourceLayout Empty = new(new MemoryCsvInputSource("", default).Open(), CsvHeader.None, 0, 0, 0, null);

    public SourceLayout(CsvInput input, CsvHeader header, int fieldCount, long dataStart, long headerLines, CsvBinding? binding)
    {
        Input = input;
        Header = header;
        FieldCount = fieldCount;
        DataStart = dataStart;
        HeaderLines = headerLines;
        Binding = binding;
    }

    public CsvInput Input { get; }

    public string Name => Input.Name;

    public CsvHeader Header { get; }

    /// <summary>The number of fields that a record should have; 0 where the source has no records.</summary>
    public int FieldCount { get; }

    /// <summary>Where the first record behind the header starts.</summary>
    public long DataStart { get; }

    /// <summary>The lines before <see cref="DataStart"/>.</summary>
    public long HeaderLines { get; }

    public CsvBinding? Binding { get; }

    public void Dispose() => Input.Dispose();
}
