using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>
/// Work over the records of a source, in a form that any backend can run: it has a name, its arguments are data, each partition
/// fills a state of its own, and states serialise and merge.
/// </summary>
/// <remarks>
/// <see cref="Process"/> runs on several threads at once, each with its own state, and also for partitions whose start turns out
/// to have been a wrong guess: it must have no effect but on its state. <see cref="Merge"/> is called in the order of the input
/// and never twice at once, so results do not depend on the number of workers.
/// </remarks>
/// <typeparam name="TState">The partial result of a partition, and of all of them.</typeparam>
public interface IPartitionJob<TState>
    where TState : class
{
    /// <summary>The name under which a worker finds the job.</summary>
    string Name { get; }

    /// <summary>What the job was made with, as text that makes it again: JSON where there is more than one thing.</summary>
    string Arguments { get; }

    /// <summary>The columns that the job parses.</summary>
    /// <value><see langword="null"/> for a job over untyped rows.</value>
    CsvSchema? Schema { get; }

    /// <summary>A state without any record.</summary>
    TState Create();

    /// <summary>The memory that a state takes, in bytes: workers wait while states take more than the budget.</summary>
    /// <param name="state">The state.</param>
    long Measure(TState state) => 0;

    /// <summary>Makes a state that was merged as good as new, so that its memory is used again.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Whether the state may be used again.</returns>
    bool TryClear(TState state);

    /// <summary>Takes the records of one partition.</summary>
    /// <param name="rows">The records. May be called again with the rest of them after a field of an untyped row could not be read.</param>
    /// <param name="state">What they go into.</param>
    void Process(CsvRows rows, TState state);

    /// <summary>Adds the state of a partition to that of all partitions before it.</summary>
    /// <param name="total">The state of all partitions before it.</param>
    /// <param name="partition">The state of the partition; not used afterwards unless <see cref="TryClear"/> allows it.</param>
    void Merge(TState total, TState partition);

    /// <summary>Writes a state so that another process can read it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="NotSupportedException">The job runs in this process only: it holds delegates or writes output.</exception>
    void Write(TState state, IBufferWriter<byte> output);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">All of it.</param>
    /// <exception cref="NotSupportedException">As for <see cref="Write"/>.</exception>
    TState Read(ReadOnlySpan<byte> bytes);
}
