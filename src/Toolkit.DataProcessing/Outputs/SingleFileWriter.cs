namespace Toolkit.DataProcessing;

/// <summary>One file, written under a temporary name in the folder of its target and renamed at the end.</summary>
internal sealed class SingleFileWriter : OutputWriter
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly OutputFile _file;
    private bool _committed;

    public SingleFileWriter(string path, OutputOptions options, OutputShape shape)
        : base(shape)
    {
        RefuseExisting(path, options);
        _path = Path.GetFullPath(path);
        if (Directory.Exists(_path))
        {
            throw new IOException($"'{path}' is a folder; this layout writes one file.");
        }

        if (Path.GetDirectoryName(_path) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        _file = shape.Format.OpenFile(OutputStreams.Create(_temporary), shape.Columns, shape.Skip, isNew: true);
    }

    public override void Append(OutputBatch batch)
    {
        foreach (var chunk in batch.Chunks)
        {
            _file.Append(chunk.Chunk);
        }

        Records += batch.Records;
    }

    public override IReadOnlyList<OutputFileInfo> Commit()
    {
        _file.Complete();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
        return [new OutputFileInfo(_path, Records, new FileInfo(_path).Length, [])];
    }

    public override void Dispose()
    {
        _file.Dispose();
        if (!_committed)
        {
            File.Delete(_temporary);
        }
    }
}
