using System.Diagnostics.Metrics;

namespace Toolkit.DataProcessing;

/// <summary>The name under which this package reports; what each instrument counts is in the package's README.</summary>
public static class DataProcessingDiagnostics
{
    /// <summary>Name of the <see cref="Meter"/>.</summary>
    public const string Name = "Toolkit.DataProcessing";

    internal static readonly Meter Meter = new(Name);

    internal static readonly UpDownCounter<long> ActiveRuns = Meter.CreateUpDownCounter<long>("toolkit.dataprocessing.runs.active", "{run}", "Runs that are under way.");
    internal static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>("toolkit.dataprocessing.run.duration", "s", "Runs that ended, by outcome.");
    internal static readonly Counter<long> Bytes = Meter.CreateCounter<long>("toolkit.dataprocessing.bytes", "By", "Bytes of inputs that are done, headers included.");
    internal static readonly Counter<long> Records = Meter.CreateCounter<long>("toolkit.dataprocessing.records", "{record}", "Records that are done, bad ones included.");
    internal static readonly Counter<long> BadRecords = Meter.CreateCounter<long>("toolkit.dataprocessing.records.bad", "{record}", "Bad records.");
    internal static readonly Counter<long> Partitions = Meter.CreateCounter<long>("toolkit.dataprocessing.partitions", "{partition}", "Partitions that are done.");
    internal static readonly Counter<long> PartitionsRunAgain = Meter.CreateCounter<long>("toolkit.dataprocessing.partitions.run_again", "{partition}", "Partitions that ran again, because the guess of their start was wrong.");
    internal static readonly Counter<long> Spilled = Meter.CreateCounter<long>("toolkit.dataprocessing.spilled", "By", "Bytes of groups that went to disk.");

    /// <summary>Counts a run from its start to its end.</summary>
    internal static async Task<JobResult<TState>> CountAsync<TState>(TimeProvider time, Func<Task<JobResult<TState>>> run)
        where TState : class
    {
        var began = time.GetTimestamp();
        var outcome = "failed";
        ActiveRuns.Add(1);
        try
        {
            var result = await run().ConfigureAwait(false);
            outcome = "completed";
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            ActiveRuns.Add(-1);
            RunDuration.Record(time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
