namespace Toolkit.DataProcessing;

/// <summary>Runs partitions on threads of its own, which end with the run.</summary>
internal sealed class ThreadBackend : ICsvBackend
{
    public static readonly ThreadBackend Instance = new();

    public Task<JobResult<TState>> RunAsync<TState>(CsvSource source, IPartitionJob<TState> job, RunOptions options, CancellationToken cancellationToken)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<JobResult<TState>>(cancellationToken)
            : DataProcessingDiagnostics.CountAsync(options.TimeProvider, () => new PartitionRun<TState>(source, job, options, cancellationToken).RunAsync());
    }
}
