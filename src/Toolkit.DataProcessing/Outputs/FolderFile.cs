namespace Toolkit.DataProcessing;

/// <summary>A file of an output folder.</summary>
internal sealed class FolderFile(string folder, string relativePath, int number, IReadOnlyList<string> values)
{
    public string Folder => folder;

    public string RelativePath => relativePath;

    public int Number => number;

    public IReadOnlyList<string> Values => values;

    /// <summary>What takes records for it; null once it is complete, or before it is gone on with.</summary>
    public OutputFile? Open { get; private set; }

    public PooledFileStream? Stream { get; private set; }

    public long Records { get; set; }

    /// <summary>Its length: of what is handed to the operating system, while it is open.</summary>
    public long Bytes
    {
        get => Stream?.Length ?? field;
        set;
    }

    public void Begin(PooledFileStream stream, OutputFile open)
    {
        Stream = stream;
        Open = open;
    }

    public void Complete()
    {
        var stream = Stream!;
        Open!.Complete();
        Open = null;
        Stream = null;
        Bytes = stream.Length;
    }
}
