namespace Toolkit.DataProcessing;

/// <summary>
/// Is shown a bad record and may give a mended one, which takes its place. Called by the worker threads, also at once, and now
/// and then for bytes that turn out to be no record (a partition that began at a wrong guess): it must have no side effects,
/// and give the same answer each time.
/// </summary>
/// <param name="row">
/// The bad record. Its <see cref="BadRow.Line"/> is 0: the number of a line is not known before all partitions before it are done.
/// </param>
/// <returns>
/// The bytes of exactly one record in the dialect of the source, with or without a line end; <see langword="null"/> leaves the
/// record a bad one. A mended record that is bad itself is not mended again: the original one goes where bad records go, with both faults.
/// </returns>
public delegate ReadOnlyMemory<byte>? CsvRepair(BadRow row);
