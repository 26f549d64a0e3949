namespace Quickstart;

/// <summary>A folder that gets its name only when everything in it is complete.</summary>
internal sealed class StagedFolder : IDisposable
{
    // What a run writes; a folder with anything else in it is not one that a run may replace.
    private static readonly string[] Names = ["quarantine.csv", "strikes"];

    private readonly string _target;

    private StagedFolder(string target)
    {
        _target = target;
        Path = $"{target}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <exception cref="ArgumentException">There is a folder of that name which no earlier run wrote.</exception>
    /// <exception cref="IOException">The folder can't be made there.</exception>
    public static StagedFolder Create(string target)
    {
        target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (Directory.Exists(target) &&
            Directory.EnumerateFileSystemEntries(target).FirstOrDefault(entry => !Names.Contains(System.IO.Path.GetFileName(entry))) is { } other)
        {
            throw new ArgumentException($"{target} would be replaced, and has {System.IO.Path.GetFileName(other)} in it, which is not from here: name another folder with --output.");
        }

        return new StagedFolder(target);
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Puts the folder in the place of the one that an earlier run left.</summary>
    public void Commit()
    {
        var old = $"{Path}.old";
        if (Directory.Exists(_target))
        {
            Directory.Move(_target, old);
        }

        Directory.Move(Path, _target);
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
