using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>Assemblies with memoized methods in one namespace.</summary>
public class MemoClassTests
{
    private const string First = "namespace N { public static class A { static int s_n; [Memoize] public static int F(int n) => n + ++s_n; } }";
    private const string Second = "namespace N { public static class B { static int s_n; [Memoize] public static int G(int n) => n + ++s_n; } }";
    private const string Calls = "using N; public static class Program { public static int Run() => A.F(1) + A.F(1) + B.G(1) + B.G(1)";

    [Fact]
    public void Reference_OfTwoAssembliesWithOneNamespace_CallsAreCachedButMemoIsAmbiguous()
    {
        var (first, second) = (Build("First", First), Build("Second", Second));
        var calls = Running.Generate(new(), Calls + "; }", "Sample", Reference(first), Reference(second));
        Assert.Equal(8, Running.Run(calls, "Program", first, second));
        var uses = Running.Generate(new(), Calls + " + Memo.A.F.Info().Count; }", "Sample", Reference(first), Reference(second));
        Assert.Contains(uses.GetDiagnostics(TestContext.Current.CancellationToken), static d => d.Id == "CS0433");
    }

    [Theory]
    [InlineData("[assembly: MemoClass(\"FirstMemo\")] ", " + FirstMemo.A.F.Info().Count + Memo.B.G.Info().Count", 10)]
    [InlineData("[assembly: MemoClass(\"FirstMemo\")] ", " + FirstMemo.F.Info().Count + Memo.G.Info().Count", 10)]
    [InlineData("[assembly: MemoClass(\"class\")] ", " + @class.F.Info().Count + Memo.G.Info().Count", 10)]
    [InlineData("[assembly: MemoClass(\"Memo\", IsInternal = true)] ", " + Memo.G.Info().Count", 9)]
    public void MemoClass_InOneOfThem_BothCanBeNamed(string attribute, string uses, int expected)
    {
        var (first, second) = (Build("First", attribute + First), Build("Second", Second));
        var sample = Running.Generate(new(), Calls + uses + "; }", "Sample", Reference(first), Reference(second));
        Assert.Equal(expected, Running.Run(sample, "Program", first, second));
    }

    [Fact]
    public async Task Analyze_OwnClassHidesThatOfAReference_IsTold()
    {
        var library = Reference(Build("First", First));
        var hiding = Running.Generate(new(), Second, "Sample", library);
        Assert.Equal("TKC029", Assert.Single(await AnalyzeAsync(hiding)).Id);
        Assert.Contains("First", Assert.Single(await AnalyzeAsync(hiding)).GetMessage(), StringComparison.Ordinal);
        Assert.Empty(await AnalyzeAsync(Running.Generate(new(), "[assembly: MemoClass(\"Own\")] " + Second, "Sample", library)));
        Assert.Empty(await AnalyzeAsync(Running.Generate(new(), Second, "Sample", Reference(Build("First", "[assembly: MemoClass(\"Memo\", IsInternal = true)] " + First)))));
    }

    [Fact]
    public async Task Analyze_NameThatIsNone_IsAnError() =>
        Assert.Equal("TKC017", Assert.Single(await AnalyzeAsync(Running.Generate(new(), "[assembly: MemoClass(\"a b\")] " + First))).Id);

    private static Task<System.Collections.Immutable.ImmutableArray<Diagnostic>> AnalyzeAsync(Compilation compilation) =>
        compilation.WithAnalyzers([new MemoizeAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);

    private static byte[] Build(string name, string source) => Running.Emit(Running.Generate(new(), source, name));

    private static MetadataReference Reference(byte[] library) => MetadataReference.CreateFromImage(library);
}
