namespace Toolkit.DataProcessing;

/// <summary>
/// How many line ends were counted up to some positions of a buffer: who needs the line of a position counts from the last one
/// before it. Positions go up.
/// </summary>
internal sealed class LineMarks
{
    private readonly List<int> _positions = [];
    private readonly List<long> _lines = [];

    public long Bytes => (_positions.Capacity * sizeof(int)) + (_lines.Capacity * sizeof(long));

    public void Add(int position, long lines)
    {
        _positions.Add(position);
        _lines.Add(lines);
    }

    /// <summary>The last mark at or before a position.</summary>
    public bool TryFind(int position, out int mark, out long lines)
    {
        var found = _positions.BinarySearch(position);
        found = found < 0 ? ~found - 1 : found;
        (mark, lines) = found < 0 ? default : (_positions[found], _lines[found]);
        return found >= 0;
    }

    /// <summary>The first bytes of the buffer are gone.</summary>
    public void Drop(int bytes)
    {
        var gone = _positions.BinarySearch(bytes);
        gone = gone < 0 ? ~gone : gone;
        _positions.RemoveRange(0, gone);
        _lines.RemoveRange(0, gone);
        for (var i = 0; i < _positions.Count; i++)
        {
            _positions[i] -= bytes;
        }
    }

    public void Clear()
    {
        _positions.Clear();
        _lines.Clear();
    }
}
