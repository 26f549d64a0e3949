using System.Globalization;

namespace Toolkit.DataProcessing;

/// <summary>
/// A folder of files, one for each partition or for each value of some columns. It is filled under a temporary name beside its
/// target and renamed as a whole, so that no reader ever sees a part of it.
/// </summary>
internal sealed class FolderWriter : OutputWriter
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly OutputOptions _options;
    private readonly RunCheckpoint? _checkpoint;
    private readonly Dictionary<string, FolderFile> _current = new(StringComparer.Ordinal);
    private readonly LinkedList<FolderFile> _open = new();
    private readonly List<FolderFile> _files = [];
    private bool _committed;

    public FolderWriter(string path, OutputOptions options, OutputShape shape, RunCheckpoint? checkpoint)
        : base(shape)
    {
        _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _options = options;
        _checkpoint = checkpoint;
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
            for (var place = _open.First; place is not null; place = place.Next)
            {
                bytes += place.Value.Open!.MemoryBytes;
            }

            return bytes;
        }
    }

    public override void Append(OutputBatch batch)
    {
        foreach (var chunk in batch.Chunks)
        {
            var file = FileOf(chunk);
            file.Open!.Append(chunk.Chunk);
            file.Records += chunk.Chunk.Records;
            if (_options.FilePerPartition)
            {
                Close(file);
            }
        }

        Records += batch.Records;
    }

    public override IReadOnlyList<CheckpointFile> Save()
    {
        if (!Shape.Format.CanReopen)
        {
            // What can't be opened again is complete at a checkpoint; what follows goes to the next file.
            while (_open.First is { } first)
            {
                Close(first.Value);
            }
        }

        foreach (var file in _open)
        {
            file.Open!.Flush();
        }

        return _files.ConvertAll(file => new CheckpointFile(file.RelativePath, new FileInfo(Path.Combine(_temporary, file.RelativePath)).Length, file.Records, file.Number, file.Values));
    }

    public override IReadOnlyList<OutputFileInfo> Commit()
    {
        if (_committed)
        {
            return _files.ConvertAll(file => new OutputFileInfo(file.RelativePath, file.Records, new FileInfo(Path.Combine(_path, file.RelativePath)).Length, file.Values));
        }

        while (_open.First is { } first)
        {
            Close(first.Value);
        }

        var files = _files.ConvertAll(file => new OutputFileInfo(file.RelativePath, file.Records, new FileInfo(Path.Combine(_temporary, file.RelativePath)).Length, file.Values));
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
            file.Open?.Dispose();
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
            var file = new FolderFile(Path.GetDirectoryName(saved.Path)!, saved.Path, saved.Number, saved.Values) { Records = saved.Records };
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

        if (_current.TryGetValue(folder, out var file) && !_options.FilePerPartition && (file.Open is not null || Shape.Format.CanReopen))
        {
            Use(file, isNew: false);
            return file;
        }

        var number = file is null ? 1 : file.Number + 1;
        var name = string.Create(CultureInfo.InvariantCulture, $"part-{number:00000}{Shape.Format.Extension}");
        file = new FolderFile(folder, Path.Combine(folder, name), number, chunk.Values);
        _current[folder] = file;
        _files.Add(file);
        Directory.CreateDirectory(Path.Combine(_temporary, folder));
        Use(file, isNew: true);
        return file;
    }

    // The list is in the order of use, the file used longest ago first.
    private void Use(FolderFile file, bool isNew)
    {
        if (file.Open is not null)
        {
            _open.Remove(file.Place);
            _open.AddLast(file.Place);
            return;
        }

        if (_open.Count >= _options.MaxOpenFiles)
        {
            Close(_open.First!.Value);
        }

        var path = Path.Combine(_temporary, file.RelativePath);
        file.Open = Shape.Format.OpenFile(isNew ? OutputStreams.Create(path) : OutputStreams.Append(path), Shape.Columns, Shape.Skip, isNew);
        _open.AddLast(file.Place);
    }

    private void Close(FolderFile file)
    {
        _open.Remove(file.Place);
        file.Open!.Complete();
        file.Open = null;
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

    private string OldPath => _path + ".replaced.tmp";

    private void DeleteOld()
    {
        if (Directory.Exists(OldPath))
        {
            Directory.Delete(OldPath, recursive: true);
        }
    }

    private sealed class FolderFile
    {
        public FolderFile(string folder, string relativePath, int number, IReadOnlyList<string> values)
        {
            Folder = folder;
            RelativePath = relativePath;
            Number = number;
            Values = values;
            Place = new LinkedListNode<FolderFile>(this);
        }

        public string Folder { get; }

        public string RelativePath { get; }

        public int Number { get; }

        public IReadOnlyList<string> Values { get; }

        public LinkedListNode<FolderFile> Place { get; }

        public OutputFile? Open { get; set; }

        public long Records { get; set; }
    }
}
