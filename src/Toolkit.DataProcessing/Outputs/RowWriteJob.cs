namespace Toolkit.DataProcessing;

/// <summary>
/// Writes untyped rows. The columns are those of the first input; other inputs may have them in another order. With one input
/// they are known when its first partition is read, with several the first input is opened beforehand.
/// </summary>
internal sealed class RowWriteJob : WriteJob
{
    private readonly Lock _gate = new();
    private readonly RowStep<Utf8Row> _step;
    private readonly CsvSource _source;
    private readonly RunOptions _runOptions;
    private readonly Func<OutputShape, OutputWriter> _createWriter;
    private readonly OutputFormat _format;
    private readonly OutputOptions _options;
    private volatile OutputWriter? _writer;

    public RowWriteJob(RowStep<Utf8Row> step, CsvSource source, RunOptions runOptions, Func<OutputShape, OutputWriter> createWriter, OutputFormat format, OutputOptions options)
    {
        _step = step;
        _source = source;
        _runOptions = runOptions;
        _createWriter = createWriter;
        _format = format;
        _options = options;
        if (source.Inputs.Count > 1 || runOptions.CheckpointFolder is not null)
        {
            Prepare(FirstHeader());
        }
    }

    public override CsvSchema? Schema => null;

    protected override OutputWriter Writer => _writer ?? throw new InvalidOperationException("Nothing was read yet.");

    public override void Process(CsvRows rows, State state)
    {
        var writer = Prepare(rows.Header);
        if (!ReferenceEquals(state.Header, rows.Header))
        {
            state.Positions = Positions(writer.Shape.Columns, rows.Header, _source.Options.MissingColumns == MissingColumns.Empty);
            state.Header = rows.Header;
        }

        var batch = state.Batch ??= new OutputBatch(writer.Shape);
        foreach (var current in rows)
        {
            var row = current;
            if (_step.TryGet(rows, ref row, out _))
            {
                batch.Append(in row, state.Positions);
            }
        }
    }

    public override IReadOnlyList<OutputFileInfo> Commit() =>
        // An input without any record, not even a header, still gives an output: an empty one.
        _writer is null ? [] : base.Commit();

    public override void Dispose() => _writer?.Dispose();

    private OutputWriter Prepare(IReadOnlyList<string> header)
    {
        if (_writer is { } ready)
        {
            return ready;
        }

        lock (_gate)
        {
            return _writer ??= _createWriter(new OutputShape(_format, _options,
                [.. header.Select(name => new CsvColumn(name, CsvValueType.Text, "text") { Nullable = true })]));
        }
    }

    private IReadOnlyList<string> FirstHeader()
    {
        using var layout = LayoutReader.Open(_source.Inputs[0], _source.Options, ScanMemory.Plan(_source.Options, _runOptions), null);
        return layout.Header.Names;
    }

    private static int[] Positions(IReadOnlyList<CsvColumn> columns, IReadOnlyList<string> header, bool missingIsEmpty)
    {
        if (header.Count != columns.Count && !missingIsEmpty)
        {
            throw new CsvHeaderException($"An input has {header.Count} columns where the first one has {columns.Count}: untyped rows are written with the columns of the first. Use a typed record to choose columns by name.");
        }

        var positions = new int[columns.Count];
        var taken = new bool[header.Count];
        for (var i = 0; i < positions.Length; i++)
        {
            // The same place first: names that come twice stay where they are.
            positions[i] = i < header.Count && header[i] == columns[i].Name ? i : Find(columns[i].Name, header, taken, missingIsEmpty);
            if (positions[i] != CsvHeader.Missing)
            {
                taken[positions[i]] = true;
            }
        }

        var extra = Array.IndexOf(taken, false);
        return extra < 0 ? positions : throw new CsvHeaderException($"An input has the column '{header[extra]}', which the first one lacks: untyped rows are written with the columns of the first. Use a typed record to choose columns by name.");
    }

    private static int Find(string name, IReadOnlyList<string> header, bool[] taken, bool missingIsEmpty)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (!taken[i] && string.Equals(header[i], name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return missingIsEmpty ? CsvHeader.Missing : throw new CsvHeaderException($"An input lacks the column '{name}' of the first one; it has: {string.Join(", ", header.Take(20).Select(n => $"'{n}'"))}{(header.Count > 20 ? ", …" : "")}.");
    }
}
