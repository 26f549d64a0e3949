namespace Toolkit.DataProcessing;

/// <summary>What all scans of a run have in common.</summary>
internal sealed record ScanSettings(IndexKernel Kernel, CsvDialect Dialect, int BufferBytes, int MaxRecordBytes, bool SkipBlankLines, RaggedRows RaggedRows, int KeptBadRows);
