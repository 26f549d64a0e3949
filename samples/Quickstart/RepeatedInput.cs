namespace Quickstart;

/// <summary>N copies of each input, under one header each, in a temporary folder that goes with this object.</summary>
internal sealed class RepeatedInput : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("quickstart-").FullName;

    private RepeatedInput()
    {
    }

    /// <summary>What to scan.</summary>
    public string Glob => Path.Combine(_folder, "*.csv");

    /// <exception cref="ArgumentException">An input is not plain text with a line end behind its header.</exception>
    public static async Task<RepeatedInput> CreateAsync(IReadOnlyList<string> inputs, int copies, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var result = new RepeatedInput();
        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                var (done, all) = (i * (double)copies, (double)inputs.Count * copies);
                // Numbered, so that the copies are read in the order of the inputs.
                await using var copy = File.Create(Path.Combine(result._folder, $"{i:D6}-{Path.GetFileName(inputs[i])}.csv"));
                await RepeatAsync(inputs[i], copy, copies, n => progress.Report((done + n) / all), cancellationToken);
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task RepeatAsync(string input, FileStream copy, int copies, Action<int> copied, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(input);
        var (header, endsInNewline) = Shape(file);
        file.Position = 0;
        for (var i = 0; i < copies; i++)
        {
            await file.CopyToAsync(copy, BufferBytes, cancellationToken);
            if (!endsInNewline)
            {
                copy.WriteByte((byte)'\n');
            }

            file.Position = header;
            copied(i + 1);
        }
    }

    /// <summary>The length of the header, and whether the last record has a line end.</summary>
    private static (long Header, bool EndsInNewline) Shape(FileStream file)
    {
        int value;
        while ((value = file.ReadByte()) is not ('\n' or '\0' or < 0))
        {
        }

        if (value != '\n')
        {
            throw new ArgumentException($"--repeat takes plain text with a header; {file.Name} has no line end, or is compressed or UTF-16.");
        }

        var header = file.Position;
        file.Position = file.Length - 1;
        return (header, file.ReadByte() == '\n');
    }
}
