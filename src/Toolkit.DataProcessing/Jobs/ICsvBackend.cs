namespace Toolkit.DataProcessing;

/// <summary>
/// Runs jobs. A backend cuts the source into partitions, runs each of them somewhere, and merges their states in the order of
/// the input once each partition's start is known to be right: any backend gives the same result.
/// </summary>
public interface ICsvBackend
{
    /// <summary>Runs a job over all records of a source.</summary>
    /// <typeparam name="TState">The job's state.</typeparam>
    /// <param name="source">What to read.</param>
    /// <param name="job">What to do.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    /// <returns>The merged state and the report.</returns>
    Task<JobResult<TState>> RunAsync<TState>(CsvSource source, IPartitionJob<TState> job, RunOptions options, CancellationToken cancellationToken)
        where TState : class;
}
