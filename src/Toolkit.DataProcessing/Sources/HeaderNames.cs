namespace Toolkit.DataProcessing;

/// <summary>Makes the columns of a source out of the names that it has, by the policies.</summary>
internal sealed class HeaderNames(CsvOptions options, IReadOnlyList<string>? first)
{
    private const int NamesInMessage = 20;

    /// <summary>The columns of a source without a header.</summary>
    public CsvHeader Made(int count) => Header(options.ColumnNames ?? [.. Enumerable.Range(0, count).Select(Number)]);

    /// <summary>The columns of a source with a header.</summary>
    /// <exception cref="CsvHeaderException">A policy refuses it.</exception>
    public CsvHeader Of(string[] read)
    {
        if (options.ColumnNames is { } said)
        {
            return Header(said);
        }

        if (first is not null && options.ColumnMatching == ColumnMatching.ByPosition)
        {
            return read.Length == first.Count
                ? Header(first)
                : throw new CsvHeaderException($"The header has {read.Length} column{(read.Length == 1 ? "" : "s")}, that of the first input {first.Count}; they are to be matched by position.");
        }

        for (var i = 0; i < read.Length; i++)
        {
            read[i] = read[i].Length > 0 ? read[i] : Empty(i);
        }

        var names = Unique(read);
        if (first is not null && options.ColumnMatching == ColumnMatching.Same)
        {
            RequireSame(names, first);
        }

        return Header(names);
    }

    /// <summary>Finds a schema's columns.</summary>
    public CsvBinding? Bind(CsvSchema? schema, CsvHeader header) =>
        schema?.Bind(header.Names, options.DuplicateNames == DuplicateNames.First, options.MissingColumns == MissingColumns.Empty);

    private static string Number(int position) => $"column{position}";

    private CsvHeader Header(IReadOnlyList<string> names) =>
        new(names, options.DuplicateNames == DuplicateNames.First, options.MissingColumns == MissingColumns.Empty ? first : null);

    private string Empty(int position) => options.EmptyNames switch
    {
        EmptyNames.Number => Number(position),
        EmptyNames.Keep => "",
        _ => throw new CsvHeaderException($"The column at position {position} has no name in the header; {nameof(CsvOptions)}.{nameof(CsvOptions.EmptyNames)} refuses that."),
    };

    private string[] Unique(string[] names)
    {
        if (options.DuplicateNames is DuplicateNames.Ambiguous or DuplicateNames.First)
        {
            return names;
        }

        var seen = new HashSet<string>(names, StringComparer.Ordinal);
        if (seen.Count == names.Length)
        {
            return names;
        }

        var before = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (before.TryAdd(names[i], i))
            {
                continue;
            }

            if (options.DuplicateNames == DuplicateNames.Reject)
            {
                throw new CsvHeaderException($"The header has '{names[i]}' at positions {before[names[i]]} and {i}; {nameof(CsvOptions)}.{nameof(CsvOptions.DuplicateNames)} refuses that.");
            }

            names[i] = Free(names[i], seen);
        }

        return names;
    }

    // A name that no other column has, not even one further behind.
    private static string Free(string name, HashSet<string> seen)
    {
        var number = 1;
        while (!seen.Add($"{name}_{number}"))
        {
            number++;
        }

        return $"{name}_{number}";
    }

    private static void RequireSame(string[] names, IReadOnlyList<string> first)
    {
        if (names.AsSpan().SequenceEqual(first.ToArray()))
        {
            return;
        }

        var at = 0;
        while (at < names.Length && at < first.Count && names[at] == first[at])
        {
            at++;
        }

        throw new CsvHeaderException(
            $"The header is another one than that of the first input, from position {at} on: {Text(names, at)} instead of {Text(first, at)}; {nameof(CsvOptions)}.{nameof(CsvOptions.ColumnMatching)} asks for the same.");
    }

    private static string Text(IReadOnlyList<string> names, int from) =>
        from >= names.Count ? "nothing" : string.Join(", ", names.Skip(from).Take(NamesInMessage).Select(name => $"'{name}'")) + (names.Count - from > NamesInMessage ? ", …" : "");
}
