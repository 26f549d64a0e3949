using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Toolkit.DataProcessing;

/// <summary>What makes two runs the same one: each thing that the bytes of the output depend on, by name.</summary>
internal static class RunIdentity
{
    private const int SampleBytes = 16 * 1024;
    private const int Samples = 4;

    public static SortedDictionary<string, string> Of<T>(CsvQuery<T> query, string path, OutputFormat format, OutputOptions output, Assembly program)
        where T : allows ref struct
    {
        var (source, options) = (query.Source, query.Options);
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["output"] = Path.GetFullPath(path),
            ["format"] = format.GetType().FullName + " " + output.ToString().Replace("System.String[]", string.Join('/', output.PartitionBy), StringComparison.Ordinal),
            ["partition by"] = string.Join('/', output.PartitionBy),
            ["reading"] = source.Options.ToString(),
            ["column names"] = string.Join('/', source.Options.ColumnNames ?? []),
            ["partition bytes"] = options.PartitionBytes.ToString(CultureInfo.InvariantCulture),
            ["longest record"] = options.MaxRecordBytes.ToString(CultureInfo.InvariantCulture),
            ["bad rows"] = options.BadRows.ToString(),
            ["job"] = query.Step.ToString()!,
            ["job arguments"] = options.JobArguments ?? "",
            ["program"] = $"{Version(Assembly.GetEntryAssembly())} {Version(program)} {Version(typeof(RunIdentity).Assembly)}",
        };
        if (!format.CanReopen)
        {
            // Where its files are cut depends on them.
            identity["memory budget"] = options.MemoryBudget.ToString(CultureInfo.InvariantCulture);
            identity["checkpoint partitions"] = (options.CheckpointPartitions ?? format.CheckpointPartitions).ToString(CultureInfo.InvariantCulture);
        }

        for (var i = 0; i < source.Inputs.Count; i++)
        {
            identity[string.Create(CultureInfo.InvariantCulture, $"input {i + 1}")] = Describe(source.Inputs[i]);
        }

        return identity;
    }

    private static string Version(Assembly? assembly) => assembly is null ? "" : $"{assembly.GetName().Name} {assembly.ManifestModule.ModuleVersionId}";

    private static string Describe(CsvInputSource input)
    {
        var version = input.Version ?? throw new NotSupportedException($"{input.Name} can't be told from a changed one: a run over it has no checkpoint.");
        return $"{input.Name}, version {version}, content {Sample(input)}, {((DecodingInputSource)input).Decoding}";
    }

    // A file can be changed and keep its size and time: some of its content is looked at as well.
    private static string Sample(CsvInputSource source)
    {
        using var input = ((DecodingInputSource)source).OpenRaw();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[SampleBytes];
        for (var i = 0; i < Samples && input.Length > 0; i++)
        {
            var offset = Math.Max(0, input.Length - SampleBytes) * i / (Samples - 1);
            hash.AppendData(buffer, 0, Fill(input, buffer, offset));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    // An input may give less than it is asked for, and another time more.
    private static int Fill(CsvInput input, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length && input.Read(buffer[total..], offset + total) is > 0 and var count)
        {
            total += count;
        }

        return total;
    }
}
