namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>Makes every hundredth record a bad one: a text in the place of a number.</summary>
/// <param name="Separator">The separator of the file.</param>
/// <param name="FromEnd">Which field, counted from the last one.</param>
/// <param name="Number">What stands there in the clean file: a number of as many bytes.</param>
internal sealed record Spoiling(char Separator, int FromEnd, string Number)
{
    private const string Word = "oops";

    public static readonly Spoiling Taxi = new(',', 1, "1.25");
    public static readonly Spoiling Station = new(';', 0, "1.25");
    public static readonly Spoiling Text = new(',', 0, "1234");

    /// <summary>The file with bad records.</summary>
    public string Spoil(string plain) => Make(plain, "bad", Word);

    /// <summary>The file of the same length without them.</summary>
    public string Keep(string plain) => Make(plain, "good", Number);

    private string Make(string plain, string name, string value)
    {
        var path = $"{plain}.{name}.csv";
        if (File.Exists(path))
        {
            return path;
        }

        using (var target = new StreamWriter(path + ".tmp"))
        {
            var number = 0;
            foreach (var line in File.ReadLines(plain))
            {
                // A record may have several lines; its last one ends with a number.
                target.Write(char.IsAsciiDigit(line[^1]) && line.Contains(Separator) && ++number % 100 == 0 ? Replace(line, value) : line);
                target.Write('\n');
            }
        }

        File.Move(path + ".tmp", path);
        return path;
    }

    private string Replace(string line, string value)
    {
        var fields = line.Split(Separator);
        fields[^(FromEnd + 1)] = value;
        return string.Join(Separator, fields);
    }
}
