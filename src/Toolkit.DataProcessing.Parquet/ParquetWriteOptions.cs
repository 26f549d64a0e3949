using System.IO.Compression;
using Parquet;

namespace Toolkit.DataProcessing;

/// <summary>How Parquet is written.</summary>
public sealed record ParquetWriteOptions : OutputOptions
{
    /// <summary>The default of <see cref="RowGroupRecords"/>.</summary>
    public const int DefaultRowGroupRecords = 122_880;

    /// <summary>The default of <see cref="DecimalPrecision"/>.</summary>
    public const int DefaultDecimalPrecision = 28;

    /// <summary>The default of <see cref="DecimalScale"/>.</summary>
    public const int DefaultDecimalScale = 9;

    private const int MostDecimalDigits = 28;

    /// <summary>The records of a row group. Each open file holds that many in memory, so that a Hive layout of many folders wants fewer.</summary>
    /// <value>122,880</value>
    public int RowGroupRecords { get; init; } = DefaultRowGroupRecords;

    /// <summary>
    /// How columns are compressed. Parquet.Net writes dictionaries for texts only; Zstandard makes up for that, Snappy does not:
    /// its files are some 70 % larger. Readers of before 2020 may know Snappy and Gzip only.
    /// </summary>
    /// <value>Zstandard</value>
    public CompressionMethod Compression { get; init; } = CompressionMethod.Zstd;

    /// <summary>How hard the compressor tries.</summary>
    /// <value><see cref="CompressionLevel.Optimal"/></value>
    public CompressionLevel CompressionLevel { get; init; } = CompressionLevel.Optimal;

    /// <summary>The digits of a decimal column, before and after the point.</summary>
    /// <value>28</value>
    public int DecimalPrecision { get; init; } = DefaultDecimalPrecision;

    /// <summary>The digits after the point of a decimal column. A value with more of them that are not zero fails the run instead of being rounded.</summary>
    /// <value>9</value>
    public int DecimalScale { get; init; } = DefaultDecimalScale;

    /// <inheritdoc />
    protected override void Validate()
    {
        base.Validate();
        if (RowGroupRecords < 1)
        {
            throw new ArgumentException($"{nameof(RowGroupRecords)} is {RowGroupRecords}: it must be at least 1.");
        }

        if (DecimalPrecision is < 1 or > MostDecimalDigits || DecimalScale < 0 || DecimalScale > DecimalPrecision)
        {
            throw new ArgumentException($"{nameof(DecimalPrecision)} and {nameof(DecimalScale)} are {DecimalPrecision} and {DecimalScale}: from 1 to {MostDecimalDigits} digits, of which 0 to all are behind the point.");
        }
    }
}
