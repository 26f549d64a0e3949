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
        if (Fault == CsvFieldFault.Empty)
        {
            AppendName(target, column);
            target.Append("' is empty; expected "u8);
            CsvText.Append(target, column.Expected);
            return;
        }

        AppendBefore(target, column);
        FieldText.AppendExcerpt(target, row.GetOrEmpty(binding.Positions[Column]));
        AppendBehind(target, column);
    }

    /// <summary>Appends what stands before a field that is no value of its column's type.</summary>
    internal static void AppendBefore(ByteBuffer target, CsvColumn column)
    {
        AppendName(target, column);
        target.Append("': '"u8);
    }

    /// <summary>Appends what stands behind that field.</summary>
    internal static void AppendBehind(ByteBuffer target, CsvColumn column)
    {
        target.Append("' is not "u8);
        CsvText.Append(target, column.Expected);
    }

    private static void AppendName(ByteBuffer target, CsvColumn column)
    {
        target.Append("column '"u8);
        CsvText.Append(target, column.Name);
    }
}
