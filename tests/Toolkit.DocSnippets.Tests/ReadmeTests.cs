namespace Toolkit.DocSnippets.Tests;

public class ReadmeTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Pages() =>
        [.. new[] { "README.md", "CONTRIBUTING.md" }.Concat(
            new[] { "src", "samples" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
                .Select(file => Path.GetRelativePath(Root, file)))
            .Where(file => Snippet.ReadAll(Root, file).Any())
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Snippets_OfThePage_Compile(string page)
    {
        var failures = Snippet.ReadAll(Root, page)
            .SelectMany(snippet => SnippetCompiler.Errors(snippet).Select(error => $"{page}:{snippet.Line}: {error}"))
            .ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Compiler_OfAWrongSnippet_ReportsIt() =>
        Assert.NotEmpty(SnippetCompiler.Errors(new Snippet("none", 1, "", "int x = \"text\";")));

    [Fact]
    public void Compiler_TypeBeforeStatements_IsAccepted() =>
        Assert.Empty(SnippetCompiler.Errors(new Snippet("none", 1, "var a = 1;", "record Pair(int A);\nvar p = new Pair(a);\nConsole.WriteLine(p);")));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Toolkit.sln is in no folder above " + AppContext.BaseDirectory);
        }

        return folder.FullName;
    }
}
