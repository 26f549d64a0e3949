namespace Toolkit.DataProcessing;

/// <summary>Puts the fields of one record into columns.</summary>
internal ref struct ParquetFieldWriter(ParquetColumn?[] columns) : IFieldWriter
{
    // Of ten: no decimal has more than 28 digits that all can be any.
    private static readonly decimal[] s_powers = [.. Enumerable.Range(0, 29).Select(digits => digits == 0 ? 1m : decimal.Parse("1" + new string('0', digits), System.Globalization.CultureInfo.InvariantCulture))];

    private readonly ParquetColumn?[] _columns = columns;
    private int _column;

    public void WriteNull() => _columns[_column++]?.AddNull();

    public void Write(bool value) => Add(value);

    public void Write(long value) => Add(value);

    public void Write(ulong value) => Add(value);

    public void Write(float value) => Add(value);

    public void Write(double value) => Add(value);

    public void Write(decimal value)
    {
        if (_columns[_column++] is { } column)
        {
            var field = (global::Parquet.Schema.DecimalDataField)column.Field;
            if (decimal.Round(value, field.Scale) != value)
            {
                throw new OverflowException($"The column '{field.Name}' has {field.Scale} digits after the point ({nameof(ParquetWriteOptions)}.{nameof(ParquetWriteOptions.DecimalScale)}): {value.ToString(System.Globalization.CultureInfo.InvariantCulture)} would be rounded.");
            }

            if (Math.Abs(value) >= s_powers[field.Precision - field.Scale])
            {
                throw new OverflowException($"The column '{field.Name}' has {field.Precision - field.Scale} digits before the point ({nameof(ParquetWriteOptions)}.{nameof(ParquetWriteOptions.DecimalPrecision)} less {nameof(ParquetWriteOptions.DecimalScale)}): {value.ToString(System.Globalization.CultureInfo.InvariantCulture)} has more.");
            }

            ((ParquetColumn<decimal>)column).Add(value);
        }
    }

    public void Write(DateOnly value) => Add(value);

    public void Write(TimeOnly value)
    {
        if (_columns[_column++] is TextParquetColumn column)
        {
            Span<char> text = stackalloc char[16];
            value.TryFormat(text, out var written, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "O", System.Globalization.CultureInfo.InvariantCulture);
            column.Add(text[..written]);
        }
    }

    public void Write(DateTime value) => Add(value);

    public void Write(DateTimeOffset value) => Add(value.UtcDateTime);

    public void Write(Guid value) => Add(value);

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNull();
        }
        else
        {
            ((TextParquetColumn?)_columns[_column++])?.Add(value.AsSpan());
        }
    }

    public void WriteUtf8(scoped ReadOnlySpan<byte> utf8) => ((TextParquetColumn?)_columns[_column++])?.Add(utf8);

    private void Add<T>(T value)
        where T : struct =>
        ((ParquetColumn<T>?)_columns[_column++])?.Add(value);
}
