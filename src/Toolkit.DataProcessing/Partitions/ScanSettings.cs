using System.Collections.Concurrent;

namespace Toolkit.DataProcessing;

/// <summary>What all scans of a run have in common.</summary>
internal sealed record ScanSettings(IndexKernel Kernel, CsvDialect Dialect, int BufferBytes, int MaxRecordBytes, bool SkipBlankLines, RaggedRows RaggedRows, int KeptBadRows)
{
    private readonly ConcurrentBag<RejectedRecords> _rejected = [];

    /// <summary>Whether bad records go to the quarantine and to nobody else: they are put down as its lines at once.</summary>
    public bool QuarantineOnly { get; init; }

    /// <summary>Whether a record with a NUL byte is a bad one.</summary>
    public bool RejectNul { get; init; }

    /// <summary>Whether a record that is no UTF-8 is a bad one.</summary>
    public bool RejectInvalidText { get; init; }

    /// <summary>Whether text that is no UTF-8 fails the run.</summary>
    public bool FailInvalidText { get; init; }

    /// <summary>Whether an empty field behind the last column is left out.</summary>
    public bool IgnoreTrailingDelimiter { get; init; }

    /// <summary>May mend bad records; null where nothing does.</summary>
    public CsvRepair? Repair { get; init; }

    /// <summary>Whether NUL bytes, invalid text and line ends are counted: a check.</summary>
    public bool FindText { get; init; }

    /// <summary>An empty list of bad records.</summary>
    public RejectedRecords RentRejected() => _rejected.TryTake(out var rejected) ? rejected : new RejectedRecords();

    /// <summary>Takes a list back, to be used again.</summary>
    public void ReturnRejected(RejectedRecords? rejected)
    {
        if (rejected is not null)
        {
            rejected.Clear();
            _rejected.Add(rejected);
        }
    }
}
