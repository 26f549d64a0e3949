using Parquet.Schema;

namespace Toolkit.DataProcessing;

/// <summary>
/// Parquet files, through Parquet.Net. Typed records keep their types: integers of 64 bits, doubles, decimals, dates,
/// timestamps in microseconds, identifiers, texts. Times of day are ISO 8601 texts, because Parquet.Net writes no TIME columns. Untyped rows become columns of text.
/// </summary>
public sealed class ParquetOutputFormat : OutputFormat
{
    private readonly ParquetWriteOptions _options;

    /// <summary>The format with its options.</summary>
    /// <param name="options">How it is written.</param>
    public ParquetOutputFormat(ParquetWriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc />
    public override string Extension => ".parquet";

    /// <inheritdoc />
    public override bool CanReopen => false;

    /// <inheritdoc />
    /// <value>256: each checkpoint ends the row groups of a single file, and the files of a folder.</value>
    public override int CheckpointPartitions => 256;

    /// <inheritdoc />
    public override OutputChunk CreateChunk(IReadOnlyList<CsvColumn> columns, bool[]? skip) => new ParquetChunk(Columns(columns, skip));

    /// <inheritdoc />
    public override OutputFile OpenFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, bool isNew) => ResumeFile(stream, columns, skip, default);

    /// <inheritdoc />
    public override OutputFile ResumeFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, ReadOnlyMemory<byte> suspended)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(columns);
        return new ParquetOutputFile(stream, [.. Columns(columns, skip).OfType<ParquetColumn>()], _options, suspended);
    }

    private ParquetColumn?[] Columns(IReadOnlyList<CsvColumn> columns, bool[]? skip)
    {
        var made = new ParquetColumn?[columns.Count];
        for (var i = 0; i < made.Length; i++)
        {
            made[i] = skip is not null && skip[i] ? null : Column(columns[i]);
        }

        return made;
    }

    private ParquetColumn Column(CsvColumn column)
    {
        var nullable = column.Nullable;
        return column.Type switch
        {
            CsvValueType.Boolean => Make<bool>(new DataField(column.Name, typeof(bool), nullable), nullable),
            CsvValueType.Integer => Make<long>(new DataField(column.Name, typeof(long), nullable), nullable),
            CsvValueType.UnsignedInteger => Make<ulong>(new DataField(column.Name, typeof(ulong), nullable), nullable),
            CsvValueType.Single => Make<float>(new DataField(column.Name, typeof(float), nullable), nullable),
            CsvValueType.Double => Make<double>(new DataField(column.Name, typeof(double), nullable), nullable),
            CsvValueType.Decimal => Make<decimal>(new DecimalDataField(column.Name, _options.DecimalPrecision, _options.DecimalScale, isNullable: nullable), nullable),
            CsvValueType.Date => Make<DateOnly>(new DataField(column.Name, typeof(DateOnly), nullable), nullable),
            CsvValueType.DateTime => Make<DateTime>(new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: false, unit: DateTimeTimeUnit.Micros, isNullable: nullable), nullable),
            CsvValueType.DateTimeOffset => Make<DateTime>(new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: nullable), nullable),
            CsvValueType.Guid => Make<Guid>(new DataField(column.Name, typeof(Guid), nullable), nullable),
            _ => new TextParquetColumn(new DataField(column.Name, typeof(string), nullable), nullable),
        };
    }

    private static ParquetColumn Make<T>(DataField field, bool nullable)
        where T : struct =>
        nullable ? new NullableParquetColumn<T>(field) : new RequiredParquetColumn<T>(field);
}
