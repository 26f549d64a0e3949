using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes bad records as CSV: under a temporary name, renamed when it is complete.</summary>
internal sealed class QuarantineWriter : IDisposable
{
    private const string Header = "source,line,byte_offset,column,reason,message,record\n";

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
