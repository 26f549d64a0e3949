namespace Toolkit.Caching.Disk;

/// <summary>Stores one record.</summary>
internal sealed class SetOperation : WriteOperation
{
    public required ulong Hash { get; init; }

    public required string CacheId { get; init; }

    public required ReadOnlyMemory<byte> Record { get; init; }

    public required ReadOnlyMemory<byte> Key { get; init; }

    public required DiskRecordParts Parts { get; init; }

    /// <summary>The number of the value's file, or 0.</summary>
    public required long File { get; init; }

    public required long Size { get; init; }

    public required Guid? Lease { get; init; }

    public override void Execute(ShardWriter writer) => Outcome = writer.Set(this);
}
