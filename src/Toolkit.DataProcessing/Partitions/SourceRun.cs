namespace Toolkit.DataProcessing;

/// <summary>One source during a run: its partitions, and once guessing has failed, what is known of the states between them.</summary>
internal sealed class SourceRun(int index, SourceLayout layout, int firstPartition, int partitionBytes)
{
    private const int MissesBeforeIndex = 2;

    private readonly Dictionary<int, StateMap> _maps = [];
    private int _misses;
    private int _mapFirst;
    private int _mapNext;
    private int _mapsUnderWay;
    private bool _isDone;
    private int _known = -1;
    private CsvState _knownState;

    public int Index => index;

    public SourceLayout Layout => layout;

    public int FirstPartition => firstPartition;

    /// <summary>The number of partitions; at least one. That of a serial input is not known before its end.</summary>
    public int Count { get; } =
        IsWhole(layout.Input, partitionBytes) ? 1
        : layout.Input.IsSerial ? int.MaxValue
        : (int)Math.Max(1, (layout.Input.Length - layout.DataStart + partitionBytes - 1) / partitionBytes);

    /// <summary>Whether the partitions come one after the other, each from where the one before it ended.</summary>
    public bool IsSerial { get; } = layout.Input.IsSerial && !IsWhole(layout.Input, partitionBytes);

    /// <summary>Whether the states between partitions can be found out: not in a dialect with comments.</summary>
    public bool CanIndex { get; init; } = true;

    /// <summary>Whether the states between partitions are found out before the partitions are run.</summary>
    public bool IsIndexed { get; private set; }

    /// <summary>Where the first mapped partition's map begins: a record's start.</summary>
    public long MapStart { get; private set; }

    public CsvPartition this[int number] => new(
        firstPartition + number,
        index,
        layout.DataStart + (long)number * partitionBytes,
        number == Count - 1 ? long.MaxValue : layout.DataStart + (long)(number + 1) * partitionBytes);

    /// <summary>
    /// Whether all of it is one partition. What it holds is not known before it is decompressed: beyond
    /// <see cref="PartBytes"/> it commits in parts, or a few kilobytes could take all memory.
    /// </summary>
    public bool IsOnePartition { get; } = layout.Input.IsSerial && IsWhole(layout.Input, partitionBytes);

    /// <summary>The most bytes of such a partition that are worked on before they commit.</summary>
    public long PartBytes => partitionBytes;

    // A small compressed file is one partition, so that many of them are read side by side.
    private static bool IsWhole(CsvInput input, int partitionBytes)
    {
        const int Expansion = 4;
        return input.IsSerial && input.SizeHint >= 0 && input.SizeHint <= partitionBytes / Expansion;
    }

    /// <summary>Counts a wrong guess.</summary>
    public void Miss() => _misses++;

    /// <summary>Once guessing has failed often enough, finds out the states from here on.</summary>
    /// <param name="number">The partition whose turn it is.</param>
    /// <param name="start">Where it truly starts: before its end.</param>
    public void IndexAfterMisses(int number, long start)
    {
        if (IsIndexed || !CanIndex || _misses < MissesBeforeIndex)
        {
            return;
        }

        IsIndexed = true;
        _mapFirst = _mapNext = _known = number;
        _knownState = CsvState.FieldStart;
        MapStart = start;
    }

    /// <summary>The machine's state at the beginning of a partition, once all before it are mapped.</summary>
    public bool TryGetState(int number, out CsvState state)
    {
        while (_known < number && _maps.Remove(_known, out var map))
        {
            _knownState = map[_knownState];
            _known++;
        }

        state = _knownState;
        return _known == number && number > _mapFirst;
    }

    /// <summary>The next partition to map, up to <paramref name="most"/>.</summary>
    public bool TryTakeMap(int most, out int number)
    {
        number = _mapNext;
        if (_mapNext >= Math.Min(most, Count - 1))
        {
            return false;
        }

        _mapNext++;
        _mapsUnderWay++;
        return true;
    }

    public long MapFrom(int number) => number == _mapFirst ? MapStart : this[number].From;

    public void SetMap(int number, StateMap map)
    {
        _maps[number] = map;
        _mapsUnderWay--;
        CloseIfUnused();
    }

    /// <summary>
    /// Closes the source: all of it is committed. A map may still be under way, which no one needs any more where the
    /// commits overtook it; the worker that makes it must find the source open.
    /// </summary>
    public void Close()
    {
        _isDone = true;
        CloseIfUnused();
    }

    private void CloseIfUnused()
    {
        if (_isDone && _mapsUnderWay == 0)
        {
            layout.Dispose();
        }
    }
}
