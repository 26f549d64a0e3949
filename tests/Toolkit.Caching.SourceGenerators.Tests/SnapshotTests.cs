using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>
/// What is generated, word for word. After a wanted change: delete the snapshot, run the test twice, and read the
/// difference.
/// </summary>
public class SnapshotTests
{
    [Theory]
    [InlineData("static", "namespace N; public static class S { [Memoize(Capacity = 128)] public static int F(int n, string s) => n; static int M() => F(1, \"\"); }")]
    [InlineData("async", "namespace N; internal class S { [Memoize(TimeToLive = \"00:01:00\", Tags = [\"t:{n}\"])] private Task<string> F(int n, [CacheIgnore] object o, CancellationToken c) => null!; Task<string> M() => F(1, this, default); }")]
    [InlineData("generic", "public class S<T> where T : struct { [Memoize] internal static T F<U>(T t, IReadOnlyList<U> u) => t; static T M() => F(default, new[] { 1 }); }")]
    [InlineData("partial", "public static partial class S { [Memoize] public static partial ValueTask<int> FAsync(int n); private static ValueTask<int> FCoreAsync(int n) => new(n); }")]
    [InlineData("decorator", "public interface I { int P { get; set; } [Memoize] int F(int n); void G(); }")]
    public void Generate_Source_IsAsBefore(string name, string source)
    {
        var options = Compiler.Options();
        var result = Compiler.Driver(options).RunGenerators(Compiler.Compile(options, ("a.cs", source))).GetRunResult();
        var text = string.Join("\n", result.GeneratedTrees.OrderBy(static t => Path.GetFileName(t.FilePath), StringComparer.Ordinal)
            .Select(static t => $"===== {Path.GetFileName(t.FilePath)}\n{t.GetText()}")).ReplaceLineEndings("\n");
        var path = Path.Combine(Compiler.ThisFolder(), "Snapshots", name + ".txt");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
            Assert.Fail($"{path} was not there; it has been written. Read it, and run again.");
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Generate_SameTextInTwoFiles_InterceptsNeither()
    {
        // What a file is that is linked twice, from the compiler's point of view.
        var options = Compiler.Options();
        const string caller = "file class C { int M() => S.F(1); }";
        var compilation = Compiler.Compile(options, ("s.cs", "public static class S { [Memoize] public static int F(int n) => n; }"), ("a.cs", caller), ("b.cs", caller));
        Compiler.Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out var after, out _);
        Assert.Empty(after.GetDiagnostics().Where(static d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
    }

    [Fact]
    public void Generate_WithLineDirectives_InterceptsTheCall()
    {
        var options = Compiler.Options();
        var compilation = Compiler.Compile(options, ("s.cs", "public static class S { [Memoize] public static int F(int n) => n;\n#line 500 \"elsewhere.cs\"\nstatic int M() => F(1);\n#line default\n}"));
        Compiler.Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out var after, out _);
        Assert.Empty(after.GetDiagnostics().Where(static d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
        Assert.Contains(after.SyntaxTrees, static t => Path.GetFileName(t.FilePath).StartsWith("Interceptors.", StringComparison.Ordinal));
    }
}
