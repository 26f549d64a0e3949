namespace Toolkit.DataProcessing;

/// <summary>A query whose rows are grouped by a key.</summary>
/// <typeparam name="T">What a row is.</typeparam>
/// <typeparam name="TKey">The key.</typeparam>
public sealed partial class CsvGrouping<T, TKey>
    where T : allows ref struct
{
    private readonly CsvQuery<T> _query;
    private readonly Func<GroupKeys<T, TKey>> _createKeys;

    internal CsvGrouping(CsvQuery<T> query, Func<GroupKeys<T, TKey>> createKeys)
    {
        _query = query;
        _createKeys = createKeys;
    }
}
