namespace Toolkit.DataProcessing;

/// <summary>
/// Where each column of a schema is in the records of one source, and what parsing them needs besides. One worker uses one
/// instance (the strings it pools are its own): <see cref="ForWorker"/> makes another for the next worker.
/// </summary>
public sealed class CsvBinding
{
    private readonly int[] _positions;

    internal CsvBinding(CsvSchema schema, int[] positions)
    {
        Schema = schema;
        _positions = positions;
    }

    /// <summary>The schema that was bound.</summary>
    public CsvSchema Schema { get; }

    /// <summary>For each column of <see cref="Schema"/> its position in the record, from 0, or -1 where the source lacks it.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>Whether the source writes decimal numbers with a comma, and points between thousands.</summary>
    /// <value><see langword="false"/></value>
    public bool DecimalComma { get; internal set; }

    /// <summary>The strings that this worker has seen in pooled columns.</summary>
    public CsvStringPool Strings => field ??= new CsvStringPool();

    /// <summary>The same binding for another worker.</summary>
    public CsvBinding ForWorker() => new(Schema, _positions) { DecimalComma = DecimalComma };
}
