using System.Collections;

namespace Toolkit.DataProcessing;

/// <summary>
/// The groups of a query, in the order in which their keys first come in the input, whatever the number of workers. Where they
/// did not fit in the budget they are read from disk each time they are enumerated, one enumeration at a time.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">What was aggregated: a tuple where several aggregates were asked for.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "Groups is what they are called.")]
public sealed class CsvGroups<TKey, TValue> : IReadOnlyCollection<CsvGroup<TKey, TValue>>, IDisposable
{
    private readonly IEnumerable<CsvGroup<TKey, TValue>> _groups;
    private readonly IDisposable? _files;

    internal CsvGroups(int count, IEnumerable<CsvGroup<TKey, TValue>> groups, IDisposable? files, RunReport report)
    {
        Count = count;
        _groups = groups;
        _files = files;
        Report = report;
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    /// <summary>What the run did.</summary>
    public RunReport Report { get; }

    /// <inheritdoc/>
    public IEnumerator<CsvGroup<TKey, TValue>> GetEnumerator() => _groups.GetEnumerator();

    /// <summary>Removes what is on disk. Without it the files go when the groups are collected as garbage.</summary>
    public void Dispose() => _files?.Dispose();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
