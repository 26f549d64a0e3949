namespace Toolkit.DataProcessing;

/// <summary>One file, written under a temporary name in the folder of its target and renamed at the end.</summary>
internal sealed class SingleFileWriter : OutputWriter
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly RunCheckpoint? _checkpoint;
    private readonly OutputFile? _file;
    private readonly long _mostGathered;
    private bool _committed;

    public SingleFileWriter(string path, OutputOptions options, OutputShape shape, RunCheckpoint? checkpoint, long mostGathered)
        : base(shape)
    {
        _mostGathered = mostGathered;
        _path = Path.GetFullPath(path);
        _checkpoint = checkpoint;
        _temporary = OutputStreams.TemporaryName(_path, checkpoint);
        if (checkpoint?.Resumed is { } resumed)
        {
            var file = resumed.Files[0];
            Records = file.Records;
            if (resumed.Finishing && !File.Exists(_temporary))
            {
                // The rename happened already.
                _committed = true;
                return;
            }

            _file = shape.Format.ResumeFile(OutputStreams.Resume(_temporary, file.Length), shape.Columns, shape.Skip, file.Suspended);
            return;
        }

        RefuseExisting(path, options);
        if (Directory.Exists(_path))
        {
            throw new IOException($"'{path}' is a folder; this layout writes one file.");
        }

        if (Path.GetDirectoryName(_path) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.Delete(_temporary);
        _file = shape.Format.OpenFile(OutputStreams.Create(_temporary), shape.Columns, shape.Skip, isNew: true);
    }

    public override long MemoryBytes => _file?.MemoryBytes ?? 0;

    public override void Append(OutputBatch batch)
    {
        foreach (var chunk in batch.Chunks)
        {
            _file!.Append(chunk.Chunk);
        }

        Records += batch.Records;
        if (_file!.GatheredBytes > _mostGathered)
        {
            _file.Flush();
        }
    }

    public override IReadOnlyList<CheckpointFile> Save()
    {
        var suspended = _file!.Suspend();
        return [new CheckpointFile("", new FileInfo(_temporary).Length, Records, 1, []) { Suspended = suspended }];
    }

    public override IReadOnlyList<OutputFileInfo> Commit()
    {
        if (!_committed)
        {
            _file!.Complete();
            File.Move(_temporary, _path, overwrite: true);
            _committed = true;
            _checkpoint?.Step("output renamed");
        }

        return [new OutputFileInfo(_path, Records, new FileInfo(_path).Length, [])];
    }

    public override void Dispose()
    {
        if (!_committed)
        {
            Abandon(_file);
        }

        if (!_committed && _checkpoint is null)
        {
            File.Delete(_temporary);
        }
    }
}
