namespace Toolkit.DataProcessing;

/// <summary>Parses the fields of one column: named by <see cref="CsvColumnAttribute.Parser"/>.</summary>
/// <typeparam name="T">The type of the member.</typeparam>
public interface ICsvFieldParser<T>
{
    /// <summary>Parses one field; must not throw, and is called from several workers at once.</summary>
    /// <param name="utf8">The field without quotes and escapes; never empty where the column is nullable or has a default.</param>
    /// <param name="value">The value, or default.</param>
    /// <returns>Whether the field was a value.</returns>
    static abstract bool TryParse(ReadOnlySpan<byte> utf8, out T value);
}
