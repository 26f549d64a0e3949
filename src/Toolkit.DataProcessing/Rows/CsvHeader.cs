using System.Collections.Frozen;

namespace Toolkit.DataProcessing;

/// <summary>The names of the columns of one source.</summary>
internal sealed class CsvHeader
{
    /// <summary>The position of a column that the source lacks and that reads as empty.</summary>
    public const int Missing = int.MaxValue;

    public static readonly CsvHeader None = new([], firstOfSame: false, elsewhere: null);

    private const int Ambiguous = -1;
    private const int NamesInMessage = 20;

    private readonly FrozenDictionary<string, int> _positions;

    /// <summary>A header.</summary>
    /// <param name="names">The names.</param>
    /// <param name="firstOfSame">Whether a name that comes twice means the first column; else asking for it fails.</param>
    /// <param name="elsewhere">Names that other inputs have: here they stand for empty columns. Null where a missing column is an error.</param>
    public CsvHeader(IReadOnlyList<string> names, bool firstOfSame, IReadOnlyList<string>? elsewhere)
    {
        Names = names;
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (!positions.TryAdd(names[i], i) && !firstOfSame)
            {
                positions[names[i]] = Ambiguous;
            }
        }

        foreach (var name in elsewhere ?? [])
        {
            positions.TryAdd(name, Missing);
        }

        _positions = positions.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The position of the column with exactly that name.</summary>
    /// <exception cref="CsvHeaderException">There is none, or more than one.</exception>
    public int PositionOf(string name) =>
        _positions.TryGetValue(name, out var position) && position != Ambiguous ? position : throw NoPosition(name, position == Ambiguous);

    private CsvHeaderException NoPosition(string name, bool isAmbiguous)
    {
        if (isAmbiguous)
        {
            var positions = string.Join(", ", Enumerable.Range(0, Names.Count).Where(i => Names[i] == name));
            return new CsvHeaderException($"The header has '{name}' more than once, at the positions {positions}: ask by position, or set {nameof(CsvOptions)}.{nameof(CsvOptions.DuplicateNames)}.");
        }

        return new CsvHeaderException(
            $"The header lacks the column '{name}'. It has {Names.Count} columns: {string.Join(", ", Names.Take(NamesInMessage).Select(n => $"'{n}'"))}{(Names.Count > NamesInMessage ? ", …" : "")}.");
    }
}
