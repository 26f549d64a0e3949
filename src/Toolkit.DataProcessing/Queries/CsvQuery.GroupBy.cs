namespace Toolkit.DataProcessing;

public sealed partial class CsvQuery<T>
{
    /// <summary>Groups rows by a key.</summary>
    /// <typeparam name="TKey">The key; tuples for several. It is compared with the type's default equality.</typeparam>
    /// <param name="key">The key of a row.</param>
    public CsvGrouping<T, TKey> GroupBy<TKey>(Func<T, TKey> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var hash = SeededHash.Create();
        return new CsvGrouping<T, TKey>(this, () => new SelectedKeys<T, TKey>(key, StateCodecs.Find<TKey>(), hash));
    }

    /// <summary>Groups rows by a key of a type of your own, so that groups beyond the budget can go to disk.</summary>
    /// <typeparam name="TKey">The key. It is compared with the type's default equality.</typeparam>
    /// <param name="key">The key of a row.</param>
    /// <param name="codec">Writes keys and reads them.</param>
    public CsvGrouping<T, TKey> GroupBy<TKey>(Func<T, TKey> key, IStateCodec<TKey> codec)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(codec);
        var hash = SeededHash.Create();
        return new CsvGrouping<T, TKey>(this, () => new SelectedKeys<T, TKey>(key, codec, hash));
    }

    /// <summary>Groups rows by a column of the file: its bytes are compared, and become a string once for each group. The fastest way to group.</summary>
    /// <param name="column">The name in the header, exactly. It need not be a column of the row's type.</param>
    public CsvGrouping<T, string> GroupBy(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var hash = SeededHash.Create();
        return new CsvGrouping<T, string>(this, () => new ColumnKeys<T>(column, hash));
    }

    /// <summary>Groups rows by two columns of the file.</summary>
    /// <param name="first">The name of the first in the header, exactly.</param>
    /// <param name="second">The name of the second in the header, exactly.</param>
    public CsvGrouping<T, (string First, string Second)> GroupBy(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var hash = SeededHash.Create();
        return new CsvGrouping<T, (string, string)>(this, () => new ColumnsKeys<T, (string, string)>([first, second], static parts => (parts[0], parts[1]), hash));
    }

    /// <summary>Groups rows by any number of columns of the file.</summary>
    /// <param name="columns">Their names in the header, exactly; at least one.</param>
    /// <returns>Groups whose keys are the values in the order of <paramref name="columns"/>.</returns>
    public CsvGrouping<T, IReadOnlyList<string>> GroupByColumns(params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Length);
        var hash = SeededHash.Create();
        var names = columns.ToArray();
        return new CsvGrouping<T, IReadOnlyList<string>>(this, () => new ColumnsKeys<T, IReadOnlyList<string>>(names, static parts => parts, hash));
    }
}
