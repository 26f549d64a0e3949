namespace Toolkit.Caching.Disk.Tests;

/// <summary>A folder of one test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("toolkit-disk-");

    /// <summary>Not there yet: the store creates it.</summary>
    public string Path => System.IO.Path.Combine(_parent.FullName, "cache");

    public string Parent => _parent.FullName;

    public void Dispose() => _parent.Delete(recursive: true);
}
