using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Tests;

public class IncrementalTests
{
    private const string Methods = "namespace N; public static class S { [Memoize] public static int F(int n) => n; }";
    private const string Caller = "namespace N; class C { int M() => S.F(1); }";

    [Fact]
    public void Edit_Elsewhere_RegeneratesNothing()
    {
        var reasons = ReasonsAfter(("other.cs", "namespace N; class Other { int X() => 2 + 2; }"));
        Assert.All(reasons, static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));
    }

    [Fact]
    public void Edit_OfAnotherCaller_KeepsThisFilesInterceptors()
    {
        var options = Compiler.Options();
        var (before, after) = Run(options, ("other.cs", "namespace N; class Other { int X() => 1; int Y() => S.F(2); }"));
        Assert.NotSame(Find(before, "Interceptors.other"), Find(after, "Interceptors.other"));
        Assert.Same(Find(before, "Interceptors.caller"), Find(after, "Interceptors.caller"));
        Assert.Same(Find(before, "S_F_"), Find(after, "S_F_"));
    }

    private static SyntaxTree? Find(GeneratorDriverRunResult result, string name) =>
        result.GeneratedTrees.FirstOrDefault(t => Path.GetFileName(t.FilePath).StartsWith(name, StringComparison.Ordinal) && !t.FilePath.Contains("Short", StringComparison.Ordinal));

    private static IEnumerable<IncrementalStepRunReason> ReasonsAfter((string Path, string Source) edited)
    {
        var (_, after) = Run(Compiler.Options(), edited);
        return after.Results[0].TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason);
    }

    private static (GeneratorDriverRunResult Before, GeneratorDriverRunResult After) Run(CSharpParseOptions options, (string Path, string Source) edited)
    {
        var compilation = Compiler.Compile(options, ("methods.cs", Methods), ("caller.cs", Caller), ("other.cs", "namespace N; class Other { int X() => 1; }"));
        GeneratorDriver driver = Compiler.Driver(options).RunGenerators(compilation);
        var before = driver.GetRunResult();
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == edited.Path);
        var fresh = Compiler.Compile(options, edited).SyntaxTrees.Single();
        return (before, driver.RunGenerators(compilation.ReplaceSyntaxTree(old, fresh)).GetRunResult());
    }
}
