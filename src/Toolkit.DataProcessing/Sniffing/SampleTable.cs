using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>The records of a sample in one dialect, by the written state machine in its lenient mode.</summary>
internal sealed class SampleTable
{
    private SampleTable(char delimiter, char quote, List<string[]> records, List<int> lines)
    {
        Delimiter = delimiter;
        Quote = quote;
        Records = records;
        Lines = lines;
        var common = records.GroupBy(record => record.Length).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).FirstOrDefault();
        Fields = common?.Key ?? 0;
        Fitting = common?.Count() ?? 0;
    }

    public char Delimiter { get; }

    public char Quote { get; }

    public List<string[]> Records { get; }

    /// <summary>For each record the lines before it.</summary>
    public List<int> Lines { get; }

    /// <summary>The most common number of fields.</summary>
    public int Fields { get; }

    /// <summary>The records with that number.</summary>
    public int Fitting { get; }

    public double Consistency => Records.Count == 0 ? 0 : (double)Fitting / Records.Count;

    /// <summary>Reads a sample; its last record is left out unless the file ends with it.</summary>
    /// <param name="sample">The text.</param>
    /// <param name="isWhole">Whether the file ends with it.</param>
    /// <param name="delimiter">The delimiter.</param>
    /// <param name="quote">The quote; NUL for none.</param>
    /// <param name="escape">What stands before a quote within quotes, or null.</param>
    /// <param name="comment">What begins a comment, where that was said.</param>
    public static SampleTable Read(string sample, bool isWhole, char delimiter, char quote, char? escape, char? comment)
    {
        var records = new List<string[]>();
        var fields = new List<string>();
        var field = new StringBuilder();
        var lines = new List<int>();
        var quoted = false;
        int line = 0, start = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            var character = sample[i];
            line += character == '\r' || (character == '\n' && (i == 0 || sample[i - 1] != '\r')) ? 1 : 0;
            if (character == comment && !quoted && fields.Count == 0 && field.Length == 0 && (i == 0 || sample[i - 1] is '\r' or '\n'))
            {
                // Up to its line end.
                var end = sample.AsSpan(i).IndexOfAny('\r', '\n');
                i = end < 0 ? sample.Length : i + end - 1;
                continue;
            }

            if (quoted)
            {
                if (character == escape && i + 1 < sample.Length && (sample[i + 1] == quote || sample[i + 1] == escape))
                {
                    field.Append(sample[++i]);
                }
                else if (character == quote && i + 1 < sample.Length && sample[i + 1] == quote)
                {
                    field.Append(quote);
                    i++;
                }
                else if (character == quote)
                {
                    quoted = false;
                }
                else
                {
                    field.Append(character);
                }
            }
            else if (character == quote && quote != '\0' && field.Length == 0)
            {
                quoted = true;
            }
            else if (character == delimiter)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (character is '\n' or '\r')
            {
                End();
            }
            else
            {
                field.Append(character);
            }
        }

        if (isWhole)
        {
            End();
        }

        return new SampleTable(delimiter, quote, records, lines);

        void End()
        {
            if (fields.Count > 0 || field.Length > 0)
            {
                fields.Add(field.ToString());
                records.Add([.. fields]);
                lines.Add(start);
            }

            start = line;

            fields.Clear();
            field.Clear();
        }
    }
}
