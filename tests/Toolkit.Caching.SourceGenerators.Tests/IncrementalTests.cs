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
    public void Edit_OfAnotherCaller_GeneratesThatFilesInterceptorsAlone()
    {
        var reasons = ReasonsAfter(("other.cs", "namespace N; class Other { int X() => 1; int Y() => S.F(2); }"));
        Assert.Single(reasons, static r => r is not (IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
    }

    [Fact]
    public void Edit_OfTheMethod_RegeneratesItsCache()
    {
        var reasons = ReasonsAfter(("methods.cs", Methods.Replace("[Memoize]", "[Memoize(Capacity = 5)]", StringComparison.Ordinal)));
        Assert.Contains(IncrementalStepRunReason.Modified, reasons);
    }

    private static IEnumerable<IncrementalStepRunReason> ReasonsAfter((string Path, string Source) edited)
    {
        var after = Run(Compiler.Options(), edited);
        return after.Results[0].TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason);
    }

    private static GeneratorDriverRunResult Run(CSharpParseOptions options, (string Path, string Source) edited)
    {
        var compilation = Compiler.Compile(options, ("methods.cs", Methods), ("caller.cs", Caller), ("other.cs", "namespace N; class Other { int X() => 1; }"));
        GeneratorDriver driver = Compiler.Driver(options).RunGenerators(compilation);
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == edited.Path);
        var fresh = Compiler.Compile(options, edited).SyntaxTrees.Single();
        return driver.RunGenerators(compilation.ReplaceSyntaxTree(old, fresh)).GetRunResult();
    }
}
