namespace Toolkit.DataProcessing;

/// <summary>What a stretch of bytes does to the machine: for each state before it the state behind it. Maps compose, so stretches can be mapped in any order.</summary>
internal readonly struct StateMap
{
    public const int States = 5;

    private readonly CsvState[] _behind;

    public StateMap(CsvState[] behind) => _behind = behind;

    public CsvState this[CsvState before] => _behind[(int)before];
}
