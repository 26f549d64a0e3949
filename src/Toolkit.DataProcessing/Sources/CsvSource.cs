namespace Toolkit.DataProcessing;

/// <summary>What a run reads: one or more inputs, in order, and how their bytes are meant. Immutable; opened anew by each run.</summary>
public sealed class CsvSource
{
    internal CsvSource(IReadOnlyList<CsvInputSource> inputs, CsvOptions options)
    {
        options.Validate();
        Inputs = [.. inputs.Select(input => new DecodingInputSource(input, options))];
        Options = options;
    }

    private CsvSource(CsvSource first, CsvSource next)
    {
        Inputs = [.. first.Inputs, .. next.Inputs];
        Options = first.Options;
    }

    /// <summary>How the bytes are meant.</summary>
    public CsvOptions Options { get; }

    /// <summary>The names of the inputs, in the order in which they are read.</summary>
    public IReadOnlyList<string> Names => [.. Inputs.Select(input => input.Name)];

    internal IReadOnlyList<CsvInputSource> Inputs { get; }

    /// <summary>The inputs of this source and then those of another: for files that tell nothing of their encoding, such as Latin-1, among others.</summary>
    /// <param name="next">The other source. Its options may differ in <see cref="CsvOptions.Encoding"/> and <see cref="CsvOptions.Compression"/>.</param>
    /// <returns>A new source. Its <see cref="Options"/> are those of this one.</returns>
    /// <exception cref="ArgumentException">Other options differ too.</exception>
    public CsvSource Then(CsvSource next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next.Options with { Encoding = Options.Encoding, Compression = Options.Compression } == Options
            ? new CsvSource(this, next)
            : throw new ArgumentException($"Sources that follow one another may differ in {nameof(CsvOptions.Encoding)} and {nameof(CsvOptions.Compression)} only: one run reads all of them in one dialect.", nameof(next));
    }
}
