using System.Collections;

namespace Toolkit.DataProcessing;

/// <summary>The groups of a query, in the order in which their keys first come in the input, whatever the number of workers.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">What was aggregated: a tuple where several aggregates were asked for.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "Groups is what they are called.")]
public sealed class CsvGroups<TKey, TValue> : IReadOnlyCollection<CsvGroup<TKey, TValue>>
{
    private readonly Func<int, CsvGroup<TKey, TValue>> _get;

    internal CsvGroups(int count, Func<int, CsvGroup<TKey, TValue>> get, RunReport report)
    {
        Count = count;
        _get = get;
        Report = report;
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    /// <summary>What the run did.</summary>
    public RunReport Report { get; }

    /// <inheritdoc/>
    public IEnumerator<CsvGroup<TKey, TValue>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return _get(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
