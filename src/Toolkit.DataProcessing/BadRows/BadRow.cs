namespace Toolkit.DataProcessing;

/// <summary>A record that was rejected, and where it is.</summary>
/// <param name="Source">The name of the input: the path of a file.</param>
/// <param name="Line">The line of the record's first byte, from 1, as an editor counts them.</param>
/// <param name="ByteOffset">The position of the record's first byte.</param>
/// <param name="Column">The name of the column at fault; empty where it is the record as a whole.</param>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Message">A sentence for a person.</param>
/// <param name="Raw">The record as it is in the file, without its line end.</param>
public sealed record BadRow(string Source, long Line, long ByteOffset, string Column, BadRowReason Reason, string Message, ReadOnlyMemory<byte> Raw)
{
    /// <summary>The position of the field at fault, where it is one, for a picture.</summary>
    internal int Field { get; init; }
}
