using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Records;

/// <summary>Rows of given raw fields, without an engine.</summary>
internal static class RowFactory
{
    public static bool TryParse<T>(CsvBinding binding, out T value, out CsvFieldError error, params string[] fields)
        where T : ICsvRecord<T>
    {
        var row = Make(fields);
        return T.TryParse(row, binding, out value, out error);
    }

    public static Utf8Row Make(params string[] fields)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join(',', fields));
        var ends = new int[fields.Length];
        var position = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            position += Encoding.UTF8.GetByteCount(fields[i]);
            ends[i] = position++;
        }

        return new Utf8Row(bytes, ends, '"', new FieldScratch(), 0, 0);
    }
}
