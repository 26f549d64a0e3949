using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Tests;

public class FingerprintTests
{
    private const string Method = "Fingerprint = CodeFingerprint.Method";

    [Fact]
    public void None_HasNoVersion() => Assert.Equal("", VersionOf("[Memoize] public static int F(int n) => n;"));

    [Fact]
    public void None_WithAVersion_IsTheVersion() => Assert.Equal("\"2\"", VersionOf("[Memoize(Version = \"2\")] public static int F(int n) => n;"));

    [Theory]
    [InlineData($"[Memoize({Method})] public static int F(int n)\n  // A comment.\n  =>   n;")]
    [InlineData($"[Memoize({Method}, Capacity = 7)] /* Another attribute. */ public static int F( int n ) => n;")]
    [InlineData($"public static int Before() => 1; [Memoize({Method})] public static int F(int n) => n; public static int After() => 2;")]
    public void Method_SameTokens_IsTheSame(string changed) => Assert.Equal(VersionOf($"[Memoize({Method})] public static int F(int n) => n;"), VersionOf(changed));

    [Theory]
    [InlineData($"[Memoize({Method})] public static int F(int n) => n + 1;")]
    [InlineData($"[Memoize({Method})] public static int F(int m) => m;")]
    [InlineData($"[Memoize({Method})] public static int F(int n) {{ return n; }}")]
    [InlineData($"[Memoize({Method}, Version = \"2\")] public static int F(int n) => n;")]
    public void Method_OtherTokens_IsAnother(string changed)
    {
        var before = VersionOf($"[Memoize({Method})] public static int F(int n) => n;");
        Assert.StartsWith("\"#", before, StringComparison.Ordinal);
        Assert.NotEqual(before, VersionOf(changed));
    }

    [Fact]
    public void Method_Partial_CountsTheBodyThatComputes()
    {
        const string declaration = $"[Memoize({Method})] public static partial int F(int n); ";
        var before = VersionOf(declaration + "private static int FCore(int n) => n;");
        Assert.Equal(before, VersionOf(declaration + "private static int FCore(int n)   => n; // comment"));
        Assert.NotEqual(before, VersionOf(declaration + "private static int FCore(int n) => 2 * n;"));
    }

    [Fact]
    public void Assembly_IsTheModulesVersion() => Assert.Equal(
        "\"2\" + \"#\" + typeof(Key).Module.ModuleVersionId.ToString(\"N\")", VersionOf("[Memoize(Fingerprint = CodeFingerprint.Assembly, Version = \"2\")] public static int F(int n) => n;"));

    private static string VersionOf(string method)
    {
        var options = Compiler.Options();
        var result = Compiler.Driver(options).RunGenerators(Compiler.Compile(options, ("a.cs", $"public static partial class S {{ {method}\n}}")), TestContext.Current.CancellationToken).GetRunResult();
        var text = result.GeneratedTrees.Single(static t => Path.GetFileName(t.FilePath).StartsWith("S_F_", StringComparison.Ordinal) && !t.FilePath.EndsWith(".Short.g.cs", StringComparison.Ordinal)).ToString();
        const string name = "Version = ";
        var start = text.IndexOf(name, StringComparison.Ordinal);
        return start < 0 ? "" : text[(start + name.Length)..text.IndexOf(",\n", start, StringComparison.Ordinal)];
    }
}
