using System.Runtime.InteropServices;

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
        // A handful of marks, or as many as a long record needs: all of them are looked at faster than they are halved.
        var found = CollectionsMarshal.AsSpan(_positions).IndexOfAnyExceptInRange(0, position);
        found = (found < 0 ? _positions.Count : found) - 1;
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
