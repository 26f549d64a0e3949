using System.Buffers.Text;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes bad records as CSV: under a temporary name, renamed when it is complete.</summary>
internal sealed class QuarantineWriter : IDisposable
{
    private const string Header = "source,line,byte_offset,column,reason,message,record\n";

    private const int WriteBytes = 64 * 1024;

    private readonly ByteBuffer _lines = new();
    private readonly RejectedRecords _one = new();
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
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _stream = new FileStream(_temporary, checkpoint is null ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.Read, WriteBytes);
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

    /// <summary>Writes one bad record.</summary>
    public void Write(BadRow row)
    {
        _one.Clear();
        _one.Add(row.Line, row.ByteOffset, row.Column, row.Reason, row.Message, row.Raw.Span);
        Write(_one, 1, row.Source, linesBefore: -1);
    }

    /// <summary>Writes the first bad records of a partition.</summary>
    /// <param name="records">The bad records.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="source">The name of their input.</param>
    /// <param name="linesBefore">The line ends before the partition.</param>
    public void Write(RejectedRecords records, int count, string source, long linesBefore)
    {
        if (!ReferenceEquals(source, _source))
        {
            _source = source;
            _lines.Clear();
            CsvText.AppendField(_lines, source);
            _lines.Append((byte)',');
            _sourceField = _lines.Span.ToArray();
        }

        _lines.Clear();
        for (var i = 0; i < count; i++)
        {
            var text = records.TextOf(i);
            var target = _lines.Free(_sourceField.Length + CsvText.LongestNumber + text.Length);
            _sourceField.CopyTo(target);
            Utf8Formatter.TryFormat(linesBefore + records.LineOf(i) + 1, target[_sourceField.Length..], out var digits);
            text.CopyTo(target[(_sourceField.Length + digits)..]);
            _lines.Advance(_sourceField.Length + digits + text.Length);
            if (_lines.Length >= WriteBytes)
            {
                _stream.Write(_lines.Span);
                _lines.Clear();
            }
        }

        _stream.Write(_lines.Span);
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

    /// <summary>Gives the file of a run that failed its name. With a checkpoint the run may go on, with a file that still has its temporary one.</summary>
    public void KeepOfFailed()
    {
        if (_checkpoint is null)
        {
            Keep();
        }
        else if (!_kept)
        {
            _stream.Dispose();
            File.Copy(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        if (!_kept && _checkpoint is null)
        {
            // Its rows are of no use, nor is what a full disk has to say about them.
            try
            {
                _stream.Dispose();
            }
            finally
            {
                File.Delete(_temporary);
            }
        }

        _stream.Dispose();
    }
}
