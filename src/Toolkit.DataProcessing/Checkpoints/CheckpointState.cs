using System.Text.Json.Serialization;

namespace Toolkit.DataProcessing;

/// <summary>How far a run is, as it is kept in the checkpoint folder. Everything before <see cref="ConfirmedEnd"/> is in the outputs up to their noted lengths.</summary>
internal sealed record CheckpointState
{
    /// <summary>What the run is: inputs, options, output, program. A run that differs in any of it is refused.</summary>
    public required SortedDictionary<string, string> Identity { get; init; }

    /// <summary>The source that comes next; the number of sources when all are done.</summary>
    public int Source { get; init; }

    /// <summary>The partition of the source that comes next.</summary>
    public int Number { get; init; }

    public long ConfirmedEnd { get; init; }

    public long Lines { get; init; }

    public long Bytes { get; init; }

    public long Records { get; init; }

    public long BadRecords { get; init; }

    public long RepairedRecords { get; init; }

    public int Partitions { get; init; }

    public long QuarantineLength { get; init; }

    /// <summary>Whether all records are written and only names are to be given: any of the renames may have happened.</summary>
    public bool Finishing { get; init; }

    public required IReadOnlyList<CheckpointFile> Files { get; init; }
}

/// <summary>An output file at a checkpoint.</summary>
internal sealed record CheckpointFile(string Path, long Length, long Records, int Number, IReadOnlyList<string> Values)
{
    /// <summary>What its format needs beside its bytes to go on with it.</summary>
    public ReadOnlyMemory<byte> Suspended { get; init; }
}

[JsonSerializable(typeof(CheckpointState))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class CheckpointJson : JsonSerializerContext;
