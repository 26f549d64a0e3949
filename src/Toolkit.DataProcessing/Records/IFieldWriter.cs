namespace Toolkit.DataProcessing;

/// <summary>
/// Takes the fields of one record in order: the CSV, JSON Lines and Parquet outputs implement it. A structure as a type
/// argument makes each call a direct one.
/// </summary>
public interface IFieldWriter
{
    /// <summary>Writes a missing value.</summary>
    void WriteNull();

    /// <summary>Writes a truth value.</summary>
    /// <param name="value">The value.</param>
    void Write(bool value);

    /// <summary>Writes an integer; smaller signed and unsigned types come through here too.</summary>
    /// <param name="value">The value.</param>
    void Write(long value);

    /// <summary>Writes an unsigned integer of 64 bits.</summary>
    /// <param name="value">The value.</param>
    void Write(ulong value);

    /// <summary>Writes a number of single precision: the shortest text that reads back as the same bits.</summary>
    /// <param name="value">The value.</param>
    void Write(float value);

    /// <summary>Writes a number of double precision: the shortest text that reads back as the same bits.</summary>
    /// <param name="value">The value.</param>
    void Write(double value);

    /// <summary>Writes a decimal number with the digits after the point that it has.</summary>
    /// <param name="value">The value.</param>
    void Write(decimal value);

    /// <summary>Writes a date, <c>yyyy-MM-dd</c> in text formats.</summary>
    /// <param name="value">The value.</param>
    void Write(DateOnly value);

    /// <summary>Writes a time of day, ISO 8601 in text formats.</summary>
    /// <param name="value">The value.</param>
    void Write(TimeOnly value);

    /// <summary>Writes a moment, ISO 8601 in text formats.</summary>
    /// <param name="value">The value.</param>
    void Write(DateTime value);

    /// <summary>Writes a moment with its offset, ISO 8601 in text formats.</summary>
    /// <param name="value">The value.</param>
    void Write(DateTimeOffset value);

    /// <summary>Writes an identifier in the form with hyphens.</summary>
    /// <param name="value">The value.</param>
    void Write(Guid value);

    /// <summary>Writes text; <see langword="null"/> counts as <see cref="WriteNull"/>.</summary>
    /// <param name="value">The value.</param>
    void Write(string? value);

    /// <summary>Writes text given as UTF-8, without quotes or escapes.</summary>
    /// <param name="utf8">The value.</param>
    void WriteUtf8(scoped ReadOnlySpan<byte> utf8);
}
