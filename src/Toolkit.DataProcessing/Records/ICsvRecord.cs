namespace Toolkit.DataProcessing;

/// <summary>
/// A type that a record of a file can be parsed to. <see cref="CsvRecordAttribute"/> on a partial type makes the source
/// generator write it, without reflection; it can be written by hand as well.
/// </summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ICsvRecord<TSelf>
    where TSelf : ICsvRecord<TSelf>
{
    /// <summary>The columns that the type reads, in the order of its members.</summary>
    static abstract CsvSchema Schema { get; }

    /// <summary>Parses <paramref name="row"/>; never throws for what the row holds.</summary>
    /// <param name="row">The record. It may be shorter than the header: fields that it lacks count as empty.</param>
    /// <param name="binding">Where each column of <see cref="Schema"/> is in this source.</param>
    /// <param name="value">The parsed value, or default.</param>
    /// <param name="error">The first field that could not be parsed, or default.</param>
    /// <returns>Whether all fields were parsed.</returns>
    static abstract bool TryParse(in Utf8Row row, CsvBinding binding, out TSelf value, out CsvFieldError error);

    /// <summary>Parses many records, a column of all of them after the other: faster than one record after the other, with the same values.</summary>
    /// <param name="rows">The records.</param>
    /// <param name="binding">Where each column of <see cref="Schema"/> is in this source.</param>
    /// <param name="values">Takes the value of each record; those of bad ones (<see cref="Utf8RowBlock.IsBad"/>) are not meant: what is wrong with them is the first column that <see cref="Utf8RowBlock"/> could not parse.</param>
    /// <returns>Whether the type parses columns of this source; if not, all records go to <see cref="TryParse"/>.</returns>
    static virtual bool TryParseBlock(in Utf8RowBlock rows, CsvBinding binding, Span<TSelf> values) => false;

    /// <summary>Hands each member of <paramref name="value"/> to <paramref name="writer"/>, in the order of <see cref="Schema"/>.</summary>
    /// <typeparam name="TWriter">The kind of output.</typeparam>
    /// <param name="value">The value to write.</param>
    /// <param name="writer">Takes one call for each column.</param>
    /// <exception cref="NotSupportedException">The type was written by hand and can only be read.</exception>
    static virtual void Write<TWriter>(in TSelf value, ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct =>
        throw new NotSupportedException($"{typeof(TSelf)} implements no {nameof(Write)}: it can be read from a file, not written to one.");
}
