using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Names of folders in a Hive layout, escaped as Hive and Spark do it: <c>%</c> and two hexadecimal digits.</summary>
internal static class HivePath
{
    public const string DefaultPartition = "__HIVE_DEFAULT_PARTITION__";

    // What Hive escapes, and what file systems of other machines refuse.
    private const string Escaped = "\"#%'*/:=?\\{}[]^<>|";

    /// <summary><c>column=value</c>.</summary>
    public static string Folder(string column, string value) =>
        $"{Escape(column)}={(value.Length == 0 ? DefaultPartition : Escape(value))}";

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            // A dot or a space at the end is dropped by some file systems, and "." and ".." mean something else.
            var atEnd = i == text.Length - 1 && character is '.' or ' ';
            if (character < ' ' || character == 0x7F || atEnd || Escaped.Contains(character, StringComparison.Ordinal))
            {
                escaped.Append('%').Append(((int)character).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }
}
