namespace Toolkit.Samples.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("toolkit-sample-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
