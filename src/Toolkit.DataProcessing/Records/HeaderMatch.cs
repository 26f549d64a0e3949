namespace Toolkit.DataProcessing;

/// <summary>Finds a column in a header: exactly first, then as loosely as the origin of its name allows.</summary>
internal static class HeaderMatch
{
    private const int NamesInMessage = 20;

    /// <summary>The position of <paramref name="column"/>, or -1 for an optional one that is not there.</summary>
    public static int Find(CsvColumn column, IReadOnlyList<string> header, bool firstOfSame, bool missingIsEmpty)
    {
        if (column.Index >= 0)
        {
            return column.Index < header.Count ? column.Index : Missing(column, header, missingIsEmpty, $"a column at position {column.Index}");
        }

        var position = FindOne(column.Name, header, firstOfSame, static (a, b) => string.Equals(a, b, StringComparison.Ordinal));
        if (position < 0)
        {
            position = column.HasExplicitName
                ? FindOne(column.Name, header, firstOfSame, static (a, b) => a.AsSpan().Trim().Equals(b.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase))
                : FindOne(column.Name, header, firstOfSame, LooselyEqual);
        }

        for (var i = 0; i < column.Aliases.Count && position < 0; i++)
        {
            position = FindOne(column.Aliases[i], header, firstOfSame, static (a, b) => a.AsSpan().Trim().Equals(b.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase));
        }

        return position >= 0 ? position : Missing(column, header, missingIsEmpty, $"the column '{column.Name}'");
    }

    private static int FindOne(string name, IReadOnlyList<string> header, bool firstOfSame, Func<string, string, bool> equal)
    {
        var found = -1;
        for (var i = 0; i < header.Count; i++)
        {
            if (!equal(name, header[i]))
            {
                continue;
            }

            if (found >= 0 && firstOfSame)
            {
                continue;
            }

            if (found >= 0)
            {
                throw new CsvHeaderException(
                    $"The header has '{header[found]}' at position {found} and '{header[i]}' at position {i}: both fit the column '{name}'. Say [CsvColumn({found})] or [CsvColumn({i})], or set how duplicate names are treated.");
            }

            found = i;
        }

        return found;
    }

    private static int Missing(CsvColumn column, IReadOnlyList<string> header, bool missingIsEmpty, string what)
    {
        if (column.Optional || missingIsEmpty)
        {
            return -1;
        }

        var names = string.Join(", ", header.Take(NamesInMessage).Select(name => $"'{name}'"));
        throw new CsvHeaderException(
            $"The header lacks {what}. It has {header.Count} column{(header.Count == 1 ? "" : "s")}: {names}{(header.Count > NamesInMessage ? ", …" : "")}.");
    }

    private static bool LooselyEqual(string a, string b)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < a.Length && IsFiller(a[i]))
            {
                i++;
            }

            while (j < b.Length && IsFiller(b[j]))
            {
                j++;
            }

            if (i == a.Length || j == b.Length)
            {
                return i == a.Length && j == b.Length;
            }

            if (char.ToUpperInvariant(a[i++]) != char.ToUpperInvariant(b[j++]))
            {
                return false;
            }
        }
    }

    private static bool IsFiller(char character) => character is ' ' or '_' or '-';
}
