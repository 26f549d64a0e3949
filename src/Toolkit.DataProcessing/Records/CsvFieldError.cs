using System.Text;

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
        var text = new ByteBuffer();
        Describe(text, in row, binding);
        return Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>Appends the sentence to a text.</summary>
    internal void Describe(ByteBuffer target, in Utf8Row row, CsvBinding binding)
    {
        var column = binding.Schema.Columns[Column];
        target.Append("column '"u8);
        CsvText.Append(target, column.Name);
        if (Fault == CsvFieldFault.Empty)
        {
            target.Append("' is empty; expected "u8);
        }
        else
        {
            target.Append("': '"u8);
            FieldText.AppendExcerpt(target, row.GetOrEmpty(binding.Positions[Column]));
            target.Append("' is not "u8);
        }

        CsvText.Append(target, column.Expected);
    }
}
