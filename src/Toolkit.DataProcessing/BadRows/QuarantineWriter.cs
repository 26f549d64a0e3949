using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes bad records as CSV: under a temporary name, renamed when it is complete.</summary>
internal sealed class QuarantineWriter : IDisposable
{
    private const string Header = "source,line,byte_offset,column,reason,message,record\n";

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private bool _kept;

    public QuarantineWriter(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024);
        _stream.Write(Encoding.UTF8.GetBytes(Header));
    }

    public void Write(BadRow row)
    {
        WriteField(Encoding.UTF8.GetBytes(row.Source));
        WriteSeparator();
        _stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.Line},{row.ByteOffset},")));
        WriteField(Encoding.UTF8.GetBytes(row.Column));
        WriteSeparator();
        _stream.Write(Encoding.UTF8.GetBytes(row.Reason.ToString()));
        WriteSeparator();
        WriteField(Encoding.UTF8.GetBytes(row.Message));
        WriteSeparator();
        WriteField(row.Raw.Span);
        _stream.WriteByte((byte)'\n');
    }

    /// <summary>Gives the file its name.</summary>
    public void Keep()
    {
        _stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _kept = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_kept)
        {
            File.Delete(_temporary);
        }
    }

    private void WriteSeparator() => _stream.WriteByte((byte)',');

    private void WriteField(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAny(",\"\r\n"u8) < 0)
        {
            _stream.Write(bytes);
            return;
        }

        _stream.WriteByte((byte)'"');
        for (var at = bytes.IndexOf((byte)'"'); at >= 0; at = bytes.IndexOf((byte)'"'))
        {
            _stream.Write(bytes[..(at + 1)]);
            _stream.WriteByte((byte)'"');
            bytes = bytes[(at + 1)..];
        }

        _stream.Write(bytes);
        _stream.WriteByte((byte)'"');
    }
}
