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

    /// <summary>How the bytes are meant.</summary>
    public CsvOptions Options { get; }

    /// <summary>The names of the inputs, in the order in which they are read.</summary>
    public IReadOnlyList<string> Names => [.. Inputs.Select(input => input.Name)];

    internal IReadOnlyList<CsvInputSource> Inputs { get; }
}
