using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes bad records as CSV: under a temporary name, renamed when it is complete.</summary>
internal sealed class QuarantineWriter : IDisposable
{
    private const string Header = "source,line,byte_offset,column,reason,message,record\n";

    private const int LongestNumber = 20;

    private static readonly SearchValues<byte> s_special = SearchValues.Create(",\"\r\n"u8);
    private static readonly string[] s_reasons = Enum.GetNames<BadRowReason>();

    private readonly ByteBuffer _line = new();
    private byte[] _text = [];
    private byte[] _sourceField = [];
    private string? _source;
    private readonly string _path;
    private readonly string _temporary;
    private readonly Stream _stream;
    private readonly RunCheckpoint? _checkpoint;
    private bool _kept;

    /// <summary>Begins the file, or goes on with that of an interrupted run.</summary>
    /// <param name="path">Its name in the end.</param>
    /// <param name="checkpoint">The run's checkpoint, or null.</param>
    public QuarantineWriter(string path, RunCheckpoint? checkpoint = null)
    {
        _path = Path.GetFullPath(path);
        _checkpoint = checkpoint;
        _temporary = OutputStreams.TemporaryName(_path, checkpoint);
        if (checkpoint?.Resumed is not { } resumed)
        {
            _stream = new FileStream(_temporary, checkpoint is null ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
            _stream.Write(Encoding.UTF8.GetBytes(Header));
            return;
        }

        // The rename may have been the last thing that the interrupted run did.
        _kept = resumed.Finishing && !File.Exists(_temporary);
        _stream = _kept ? Stream.Null : OutputStreams.Resume(_temporary, resumed.QuarantineLength);
    }

    /// <summary>Makes sure that all rows are with the operating system.</summary>
    /// <returns>The length of the file.</returns>
    public long Flush()
    {
        _stream.Flush();
        return _stream.Length;
    }

    public void Write(BadRow row)
    {
        if (!ReferenceEquals(row.Source, _source))
        {
            _source = row.Source;
            _line.Clear();
            WriteField(row.Source);
            _sourceField = _line.Span.ToArray();
        }

        // The line is put together first: a bad record in a hundred must not be felt.
        _line.Clear();
        _line.Append(_sourceField);
        WriteNumber(row.Line);
        WriteNumber(row.ByteOffset);
        _line.Append((byte)',');
        WriteField(row.Column);
        _line.Append((byte)',');
        WriteField(s_reasons[(int)row.Reason]);
        _line.Append((byte)',');
        WriteField(row.Message);
        _line.Append((byte)',');
        WriteField(row.Raw.Span);
        _line.Append((byte)'\n');
        _stream.Write(_line.Span);
    }

    /// <summary>Gives the file its name.</summary>
    public void Keep()
    {
        _stream.Dispose();
        if (!_kept)
        {
            File.Move(_temporary, _path, overwrite: true);
            _kept = true;
            _checkpoint?.Step("quarantine renamed");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_kept && _checkpoint is null)
        {
            File.Delete(_temporary);
        }
    }

    private void WriteNumber(long value)
    {
        _line.Append((byte)',');
        Utf8Formatter.TryFormat(value, _line.Free(LongestNumber), out var written);
        _line.Advance(written);
    }

    private void WriteField(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        WriteField(_text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }

    private void WriteField(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAny(s_special) < 0)
        {
            _line.Append(bytes);
            return;
        }

        _line.Append((byte)'"');
        for (var at = bytes.IndexOf((byte)'"'); at >= 0; at = bytes.IndexOf((byte)'"'))
        {
            _line.Append(bytes[..(at + 1)]);
            _line.Append((byte)'"');
            bytes = bytes[(at + 1)..];
        }

        _line.Append(bytes);
        _line.Append((byte)'"');
    }
}
