using System.Collections.Concurrent;

namespace Toolkit.DataProcessing;

/// <summary>
/// The jobs of a program by name: what a backend that runs partitions in other processes of the program needs there. The
/// process that begins a run sends <see cref="IPartitionJob{TState}.Name"/> and <see cref="IPartitionJob{TState}.Arguments"/>,
/// and the other one makes the same job of them. Thread safe.
/// </summary>
public sealed class CsvJobCatalog
{
    private readonly ConcurrentDictionary<string, object> _jobs = new(StringComparer.Ordinal);

    /// <summary>The names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _jobs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a job.</summary>
    /// <typeparam name="TState">The job's state.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="create">Makes it of its arguments.</param>
    /// <returns>This catalog.</returns>
    /// <exception cref="ArgumentException">There is a job of that name.</exception>
    public CsvJobCatalog Add<TState>(string name, Func<string, IPartitionJob<TState>> create)
        where TState : class
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        return _jobs.TryAdd(name, create) ? this : throw new ArgumentException($"There is a job '{name}' already.", nameof(name));
    }

    /// <summary>Makes a job.</summary>
    /// <typeparam name="TState">The job's state.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="KeyNotFoundException">There is no job of that name.</exception>
    /// <exception cref="InvalidOperationException">The job has another state, or does not make the same name and arguments of what it is given.</exception>
    public IPartitionJob<TState> Create<TState>(string name, string arguments)
        where TState : class
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        if (!_jobs.TryGetValue(name, out var entry))
        {
            throw new KeyNotFoundException($"There is no job '{name}'; there are: {string.Join(", ", Names)}.");
        }

        var create = entry as Func<string, IPartitionJob<TState>> ?? throw new InvalidOperationException($"The state of job '{name}' is not {typeof(TState)}.");
        var job = create(arguments);
        return job.Name == name && job.Arguments == arguments
            ? job
            : throw new InvalidOperationException($"Asked for the job '{name}' with arguments '{arguments}', its factory made '{job.Name}' with '{job.Arguments}'.");
    }
}
