namespace Toolkit.DataProcessing;

/// <summary>What the rows of one worker have in common; a row refers to it instead of carrying it.</summary>
internal sealed class RowContext
{
    /// <summary>The bytes before and behind every buffer that rows are made of: values are read as whole words, and keys as whole vectors.</summary>
    public const int Padding = 64;

    /// <summary>Where fields with doubled quotes are unescaped to.</summary>
    public FieldScratch Scratch { get; init; } = new();

    /// <summary>The quote, or -1 where quotes are text.</summary>
    public int Quote = '"';

    /// <summary>Whether a field between quotes may hold anything but plain text: a doubled quote, or text behind the closing one.</summary>
    public bool MayEscape = true;

    /// <summary>The offset in the source of the byte that positions refer to.</summary>
    public long Origin;

    /// <summary>The number of the record before the first of the batch, plus one.</summary>
    public long FirstRecord;

    /// <summary>The names of the columns.</summary>
    public CsvHeader Header = CsvHeader.None;

    // The names that the caller's code asked for, in its order: the next row will ask for the same ones.
    private readonly (string Name, int Position)[] _asked = new (string, int)[16];
    private CsvHeader? _askedHeader;
    private int _next;

    /// <summary>A copy of bytes with room on both sides.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[bytes.Length + (2 * Padding)];
        bytes.CopyTo(padded.AsSpan(Padding));
        return padded;
    }

    /// <summary>The position of the column with a name. Asking for the same names in the same order each time costs next to nothing.</summary>
    public int PositionOf(string name)
    {
        ref readonly var expected = ref _asked[_next];
        if (ReferenceEquals(expected.Name, name) && ReferenceEquals(Header, _askedHeader))
        {
            _next = Behind(_next);
            return expected.Position;
        }

        return Seek(name);
    }

    // Behind the last name that is known comes the first: the next row's.
    private int Behind(int index) => index + 1 < _asked.Length && _asked[index + 1].Name is not null ? index + 1 : 0;

    private int Seek(string name)
    {
        if (!ReferenceEquals(Header, _askedHeader))
        {
            Array.Clear(_asked);
            _askedHeader = Header;
            _next = 0;
        }

        for (var i = 0; i < _asked.Length; i++)
        {
            if (ReferenceEquals(_asked[i].Name, name))
            {
                _next = Behind(i);
                return _asked[i].Position;
            }
        }

        var position = Header.PositionOf(name);
        var free = Array.FindIndex(_asked, static asked => asked.Name is null);
        _asked[Math.Max(free, 0)] = (name, position);
        _next = 0;
        return position;
    }
}
