namespace Toolkit.DataProcessing;

/// <summary>The field that kept a record from being parsed.</summary>
/// <param name="Column">The position of the column in <see cref="CsvSchema.Columns"/>; <see cref="CsvBinding"/> tells the position in the record.</param>
/// <param name="Fault">What is wrong with it.</param>
public readonly record struct CsvFieldError(int Column, CsvFieldFault Fault)
{
    /// <summary>A sentence for a person: the column's name, the text (shortened) and what was expected.</summary>
    /// <param name="row">The record that could not be parsed.</param>
    /// <param name="binding">What it was parsed with.</param>
    public string Describe(in Utf8Row row, CsvBinding binding)
    {
        ArgumentNullException.ThrowIfNull(binding);
        var column = binding.Schema.Columns[Column];
        return Fault == CsvFieldFault.Empty
            ? $"column '{column.Name}' is empty; expected {column.Expected}"
            : $"column '{column.Name}': '{FieldText.Excerpt(row.GetOrEmpty(binding.Positions[Column]))}' is not {column.Expected}";
    }
}
