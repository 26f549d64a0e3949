using System.Runtime.Versioning;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public sealed class GlobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GlobTests()
    {
        foreach (var name in (string[])["b.csv", "a.csv", "a.txt", "2024/05/x.csv", "2024/06/x.csv", "2024/06/y.csv.gz", "2025/05/x.csv", "2025/.hidden/x.csv", "2025/_old/x.csv", "star*.csv"])
        {
            _folder.Write(name, "a\n");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.csv", "a.csv b.csv star*.csv")]
    [InlineData("?.csv", "a.csv b.csv")]
    [InlineData("**/*.csv", "2024/05/x.csv 2024/06/x.csv 2025/05/x.csv 2025/_old/x.csv a.csv b.csv star*.csv")]
    [InlineData("2024/*/x.csv", "2024/05/x.csv 2024/06/x.csv")]
    [InlineData("20*/**/x.*", "2024/05/x.csv 2024/06/x.csv 2025/05/x.csv 2025/_old/x.csv")]
    [InlineData("**/06/**", "2024/06/x.csv 2024/06/y.csv.gz")]
    [InlineData("*/05/*.csv", "2024/05/x.csv 2025/05/x.csv")]
    [InlineData("2025", "2025/05/x.csv")]
    [InlineData("star*.csv", "star*.csv")]
    public void Files_Path_StandsForItsFilesInOrder(string path, string files) =>
        Assert.Equal(files.Split(' '), Names(Csv.Files(_folder[path], new CsvOptions())));

    [Fact]
    public void Files_Excluded_AreLeftOutAndNoFileComesTwice() =>
        Assert.Equal(
            ["b.csv", "2024/05/x.csv", "2025/05/x.csv", "2025/_old/x.csv", "a.csv", "star*.csv"],
            Names(Csv.Files([_folder["b.csv"], _folder["**/*.csv"]], [_folder["*/06/**"], _folder["nothing/*/x"]], new CsvOptions())));

    [Theory]
    [InlineData("none.csv")]
    [InlineData("none/*.csv")]
    [InlineData("20*/none/*.csv")]
    public void Files_NoFile_TellsThePath(string path) =>
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => Csv.Files(_folder[path], new CsvOptions())).Message, StringComparison.Ordinal);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Files_FolderThatCantBeRead_Fails()
    {
        if (Environment.UserName == "root")
        {
            // Nothing keeps root out, but for a folder that is gone while it is gone through, which no test can time.
            return;
        }

        File.SetUnixFileMode(_folder["2024"], UnixFileMode.None);
        try
        {
            Assert.Throws<UnauthorizedAccessException>(() => Csv.Files(_folder["**/*.csv"], new CsvOptions()));
        }
        finally
        {
            File.SetUnixFileMode(_folder["2024"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private IEnumerable<string> Names(CsvSource source) => source.Names.Select(name => Path.GetRelativePath(_folder.Path, name));
}
