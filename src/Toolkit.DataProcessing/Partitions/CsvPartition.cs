namespace Toolkit.DataProcessing;

/// <summary>
/// A part of one source: the records that start from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive).
/// A value: it can be sent to another process.
/// </summary>
/// <param name="Index">The number of the partition within the run, from 0.</param>
/// <param name="Source">The number of the source within the run, from 0.</param>
/// <param name="From">The byte offset at which the partition begins.</param>
/// <param name="To">The byte offset at which the next one begins; <see cref="long.MaxValue"/> for the last one of a source.</param>
public readonly record struct CsvPartition(int Index, int Source, long From, long To);
