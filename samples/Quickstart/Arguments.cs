using System.Globalization;

namespace Quickstart;

/// <summary>What the command line says.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: Quickstart [--input PATH] [--repeat N] [--output FOLDER] [--limit DOLLARS] [--workers N]

          --input PATH      a CSV file, or a glob, with the columns of birdstrikes.csv (default: that file)
          --repeat N        runs over N copies of the input, made into temporary files first (default: 1)
          --output FOLDER   where the results go; replaced when the run succeeds (default: quickstart-output)
          --limit DOLLARS   one message is published for each strike that cost at least that much (default: 10000)
          --workers N       threads that scan (default: one a processor)
        """;

    public static string DataFolder { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    public string Input { get; private init; } = Path.Combine(DataFolder, "birdstrikes.csv");

    public int Repeat { get; private init; } = 1;

    public string Output { get; private init; } = "quickstart-output";

    public long Limit { get; private init; } = 10_000;

    public int Workers { get; private init; } = Environment.ProcessorCount;

    /// <exception cref="ArgumentException">An option is unknown, has no value, or a wrong one.</exception>
    public static Arguments Parse(string[] args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            var name = args[i];
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{name} needs a value; --help shows the options.");
            parsed = name switch
            {
                "--input" => parsed with { Input = value },
                "--output" => parsed with { Output = value },
                "--repeat" => parsed with { Repeat = (int)Number(name, value, 1, 1_000_000) },
                "--limit" => parsed with { Limit = Number(name, value, 1, long.MaxValue) },
                "--workers" => parsed with { Workers = (int)Number(name, value, 1, 1024) },
                _ => throw new ArgumentException($"{name} is not an option; --help shows those there are."),
            };
        }

        return parsed;
    }

    private static long Number(string name, string value, long min, long max) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ArgumentException($"{name} takes a whole number from {min} to {max}, not '{value}'.");
}
