namespace Toolkit.DataProcessing;

/// <summary>Divides the budget: what each worker's buffer and index may take.</summary>
internal static class ScanMemory
{
    private const int LargestBuffer = 128 * 1024;
    private const int SmallestBuffer = 4 * 1024;

    // The buffer itself, an index of a quarter as many entries of two numbers, and the windows for guessing and mapping.
    private const int BytesForEachBufferByte = 4;

    public static ScanSettings Plan(CsvOptions options, RunOptions run)
    {
        var share = run.MemoryBudget / 4 / run.EffectiveWorkers / BytesForEachBufferByte;
        var buffer = (int)Math.Clamp(Math.Min(share, run.PartitionBytes), SmallestBuffer, LargestBuffer);
        var kept = run.OnBadRow is not null ? int.MaxValue : run.BadRows.Action switch { BadRowAction.Fail => 1, BadRowAction.Skip => 0, _ => int.MaxValue };
        var kernel = run.Kernel?.Invoke(options.Dialect) ?? IndexKernel.For(options.Dialect);
        kernel = options.Dialect.Comment is null ? kernel : new CommentKernel(kernel, options.Dialect);
        return new ScanSettings(kernel, options.Dialect, run.BufferBytes ?? buffer, run.MaxRecordBytes, options.SkipBlankLines, options.RaggedRows, kept)
        {
            RejectNul = options.NulBytes == NulBytes.Reject,
            RejectInvalidText = options.InvalidText == InvalidText.Reject,
            FailInvalidText = options.InvalidText == InvalidText.Fail,
            IgnoreTrailingDelimiter = options.IgnoreTrailingDelimiter,
            Repair = run.BadRows.Repair,
            QuarantineOnly = run.BadRows.Action == BadRowAction.Quarantine && run.OnBadRow is null,
            FindText = run.OnText is not null,
        };
    }
}
