namespace Toolkit.DataProcessing;

/// <summary>What a job came to.</summary>
/// <typeparam name="TState">The job's state.</typeparam>
/// <param name="State">The states of all partitions, merged in the order of the input.</param>
/// <param name="Report">What the run did.</param>
public sealed record JobResult<TState>(TState State, RunReport Report)
    where TState : class;
