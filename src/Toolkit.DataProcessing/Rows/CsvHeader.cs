using System.Collections.Frozen;

namespace Toolkit.DataProcessing;

/// <summary>The names of the columns of one source.</summary>
internal sealed class CsvHeader
{
    public static readonly CsvHeader None = new([]);

    private readonly FrozenDictionary<string, int> _positions;

    public CsvHeader(IReadOnlyList<string> names)
    {
        Names = names;
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            positions.TryAdd(names[i], i);
        }

        _positions = positions.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The position of the column with exactly that name.</summary>
    /// <exception cref="CsvHeaderException">There is none.</exception>
    public int PositionOf(string name) =>
        _positions.TryGetValue(name, out var position)
            ? position
            : throw new CsvHeaderException($"The header lacks the column '{name}'. It has {Names.Count} columns: {string.Join(", ", Names.Take(20).Select(n => $"'{n}'"))}{(Names.Count > 20 ? ", …" : "")}.");
}
