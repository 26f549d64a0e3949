using System.Globalization;

namespace Toolkit.DataProcessing;

/// <summary>
/// A folder of files, one for each partition or for each value of some columns. It is filled under a temporary name beside its
/// target and renamed as a whole, so that no reader ever sees a part of it.
/// </summary>
/// <remarks>
/// Formats that gather records (Parquet) keep them in memory together up to a limit, beyond which the files that have gathered
/// most write them. That, like all that decides about the bytes, depends on the records alone and on no clock.
/// </remarks>
internal sealed class FolderWriter : OutputWriter
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly OutputOptions _options;
    private readonly RunCheckpoint? _checkpoint;
    private readonly OutputHandles _handles;
    private readonly long _mostGathered;
    private readonly Dictionary<string, FolderFile> _current = new(StringComparer.Ordinal);
    private readonly List<FolderFile> _files = [];
    private readonly List<FolderFile> _open = [];
    private long _gathered;
    private bool _committed;

    public FolderWriter(string path, OutputOptions options, OutputShape shape, RunCheckpoint? checkpoint, long mostGathered)
        : base(shape)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _options = options;
        _checkpoint = checkpoint;
        _handles = new OutputHandles(options.MaxOpenFiles);
        _mostGathered = mostGathered;
        _temporary = OutputStreams.TemporaryName(_path, checkpoint);
        if (checkpoint?.Resumed is { } resumed)
        {
            Restore(resumed);
            return;
        }

        RefuseExisting(path, options);
        if (File.Exists(_path))
        {
            throw new IOException($"'{path}' is a file; this layout makes a folder.");
        }

        if (Directory.Exists(_path))
        {
            FolderTarget.RequireReplaceable(path, _path);
        }

        if (checkpoint is not null && Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }

        Directory.CreateDirectory(_temporary);
    }

    public override long MemoryBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var file in _open)
            {
                bytes += file.Open!.MemoryBytes;
            }

            return bytes;
        }
    }

    private string OldPath => _path + ".replaced.tmp";

    public override void Append(OutputBatch batch)
    {
        foreach (var chunk in batch.Chunks)
        {
            var file = FileOf(chunk);
            _gathered -= file.Open!.GatheredBytes;
            file.Open.Append(chunk.Chunk);
            _gathered += file.Open.GatheredBytes;
            file.Records += chunk.Chunk.Records;
            if (_options.FilePerPartition)
            {
                Complete(file);
            }
        }

        Records += batch.Records;
        if (_gathered > _mostGathered)
        {
            WriteLargest();
        }
    }

    public override IReadOnlyList<CheckpointFile> Save()
    {
        // What can't be opened again is complete at a checkpoint; what follows goes to the next file.
        if (!Shape.Format.CanReopen)
        {
            CompleteAll();
        }

        foreach (var file in _open)
        {
            file.Open!.Flush();
        }

        return _files.ConvertAll(file => new CheckpointFile(file.RelativePath, file.Bytes, file.Records, file.Number, file.Values));
    }

    public override IReadOnlyList<OutputFileInfo> Commit()
    {
        if (!_committed)
        {
            CompleteAll();
        }

        var files = _files.ConvertAll(file => new OutputFileInfo(file.RelativePath, file.Records, file.Bytes, file.Values));
        if (_committed)
        {
            return files;
        }

        if (_options.Manifest)
        {
            OutputManifest.Write(Path.Combine(_temporary, OutputManifest.FileName), Shape, Records, files);
        }

        Replace();
        _committed = true;
        return files;
    }

    public override void Dispose()
    {
        foreach (var file in _open)
        {
            Abandon(file.Open);
        }

        _open.Clear();
        if (!_committed && _checkpoint is null && Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private void Restore(CheckpointState resumed)
    {
        foreach (var saved in resumed.Files)
        {
            var file = new FolderFile(Path.GetDirectoryName(saved.Path)!, saved.Path, saved.Number, saved.Values) { Records = saved.Records, Bytes = saved.Length };
            _files.Add(file);
            _current[file.Folder] = file;
            Records += saved.Records;
        }

        if (resumed.Finishing && !Directory.Exists(_temporary))
        {
            // The rename happened already; what was there before may be left.
            DeleteOld();
            _committed = true;
            return;
        }

        var known = resumed.Files.Select(file => Path.Combine(_temporary, file.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.Exists(_temporary) ? Directory.GetFiles(_temporary, "*", SearchOption.AllDirectories) : [])
        {
            if (!known.Contains(path))
            {
                File.Delete(path);
            }
        }

        foreach (var saved in resumed.Files)
        {
            OutputStreams.Resume(Path.Combine(_temporary, saved.Path), saved.Length).Dispose();
        }
    }

    private FolderFile FileOf(KeyedChunk chunk)
    {
        var folder = "";
        for (var i = 0; i < chunk.Values.Count; i++)
        {
            folder = Path.Combine(folder, HivePath.Folder(Shape.KeyNames[i], chunk.Values[i]));
        }

        if (_current.TryGetValue(folder, out var file) && !_options.FilePerPartition)
        {
            if (file.Open is not null)
            {
                return file;
            }

            if (Shape.Format.CanReopen)
            {
                Begin(file, file.Bytes);
                return file;
            }
        }

        var number = file is null ? 1 : file.Number + 1;
        var name = string.Create(CultureInfo.InvariantCulture, $"part-{number:00000}{Shape.Format.Extension}");
        file = new FolderFile(folder, Path.Combine(folder, name), number, chunk.Values);
        _current[folder] = file;
        _files.Add(file);
        Directory.CreateDirectory(Path.Combine(_temporary, folder));
        Begin(file, length: -1);
        return file;
    }

    private void Begin(FolderFile file, long length)
    {
        var stream = new PooledFileStream(_handles, Path.Combine(_temporary, file.RelativePath), length);
        file.Begin(stream, Shape.Format.OpenFile(stream, Shape.Columns, Shape.Skip, isNew: length < 0));
        _open.Add(file);
    }

    private void Complete(FolderFile file)
    {
        _gathered -= file.Open!.GatheredBytes;
        file.Complete();
        _open.Remove(file);
    }

    private void CompleteAll()
    {
        foreach (var file in _open)
        {
            file.Complete();
        }

        _open.Clear();
        _gathered = 0;
    }

    // Down to half of the limit, so that it is not looked for the largest after each batch. The order is stable.
    private void WriteLargest()
    {
        foreach (var file in _open.OrderByDescending(file => file.Open!.GatheredBytes).ToArray())
        {
            if (_gathered <= _mostGathered / 2)
            {
                break;
            }

            _gathered -= file.Open!.GatheredBytes;
            file.Open.Flush();
            _gathered += file.Open.GatheredBytes;
        }
    }

    private void Replace()
    {
        if (!Directory.Exists(_path))
        {
            Directory.Move(_temporary, _path);
            _checkpoint?.Step("output renamed");
            DeleteOld();
            return;
        }

        // A folder can't be renamed over one that is not empty: the old one steps aside, and is deleted last.
        DeleteOld();
        Directory.Move(_path, OldPath);
        _checkpoint?.Step("old output aside");
        try
        {
            Directory.Move(_temporary, _path);
        }
        catch
        {
            Directory.Move(OldPath, _path);
            throw;
        }

        _checkpoint?.Step("output renamed");
        DeleteOld();
    }

    private void DeleteOld()
    {
        if (Directory.Exists(OldPath))
        {
            Directory.Delete(OldPath, recursive: true);
        }
    }
}
