namespace Toolkit.Caching.SourceGenerators.Tests;

public class AnalyzerTests
{
    private const string Square = "public static class S { [Memoize] public static int F(int n) => n; } ";

    [Theory]
    [InlineData("TKC002", Square + "class C { Func<int, int> M() => S.F; }")]
    [InlineData("TKC002", Square + "class C { int M(int[] a) => a.Select(S.F).First(); }")]
    [InlineData("TKC003", "public class B { [Memoize] public virtual int F(int n) => n; } public class D : B { public override int F(int n) => base.F(n); }")]
    [InlineData("TKC004", Square + "class C { System.Linq.Expressions.Expression<Func<int, int>> M() => n => S.F(n); }")]
    [InlineData("TKC004", Square + "class C { IQueryable<int> M(IQueryable<int> q) => from n in q where S.F(n) > 1 select n; }")]
    [InlineData("TKC005", "public interface I { int F(int n); } public class C : I { [Memoize] public int F(int n) => n; }")]
    [InlineData("TKC007", "public static class C { [Memoize] public static void F(int n) { } }")]
    [InlineData("TKC007", "public static class C { [Memoize] public static Task F(int n) => Task.CompletedTask; }")]
    [InlineData("TKC008", "public static class C { [Memoize] public static int F(ref int n) => n; }")]
    [InlineData("TKC008", "public static class C { [Memoize] public static int F(out int n) => n = 1; }")]
    [InlineData("TKC009", "public static class C { [Memoize] public static IEnumerable<int> F(int n) { yield return n; } }")]
    [InlineData("TKC009", "public static class C { [Memoize] public static IAsyncEnumerable<int> F(int n) => null!; }")]
    [InlineData("TKC009", "public static class C { [Memoize] public static ReadOnlySpan<int> F(int n) => default; }")]
    [InlineData("TKC009", "public static class C { [Memoize] public static System.IO.MemoryStream F(int n) => null!; }")]
    [InlineData("TKC010", "public static class C { [Memoize] public static CancellationTokenSource F(int n) => new(); }")]
    [InlineData("TKC011", "public static class C { [Memoize] public static int F(object o) => 1; }")]
    [InlineData("TKC011", "public class P { } public static class C { [Memoize] public static int F(P p) => 1; }")]
    [InlineData("TKC011", "public static class C { [Memoize] public static int F(Action a) => 1; }")]
    [InlineData("TKC011", "public static class C { [Memoize] public static int F(IEnumerable<int> a) => 1; }")]
    [InlineData("TKC012", "public record R { public int A { get; set; } } public static class C { [Memoize] public static int F(R r) => 1; }")]
    [InlineData("TKC013", "public static class C { [Memoize] public static List<int> F(int n) => []; }")]
    [InlineData("TKC013", "public static class C { [Memoize] public static async Task<int[]> F(int n) => []; }")]
    [InlineData("TKC014", "public class C { [Memoize(Store = \"default\")] public int F(int n) => n; }")]
    [InlineData("TKC017", "public static class C { [Memoize(Capacity = 2)] public static int F(int n) => n; }")]
    [InlineData("TKC017", "public static class C { [Memoize(TimeToLive = \"soon\")] public static int F(int n) => n; }")]
    [InlineData("TKC017", "public static class C { [Memoize(TimeToLive = \"-00:01:00\")] public static int F(int n) => n; }")]
    [InlineData("TKC017", "public static class C { [Memoize(TimeToLive = \"00:01:00\", RefreshAhead = \"00:02:00\")] public static int F(int n) => n; }")]
    [InlineData("TKC017", "public static class C { [Memoize(StaleIfError = \"00:02:00\")] public static int F(int n) => n; }")]
    [InlineData("TKC017", "public interface I { [Memoize(Fingerprint = CodeFingerprint.Method)] int F(int n); }")]
    [InlineData("TKC018", "public static class C { [Memoize(Tags = [\"x:{m}\"])] public static int F(int n) => n; }")]
    [InlineData("TKC019", "public class K { } public static class C { [Memoize(KeyProvider = typeof(K))] public static int F(int n) => n; }")]
    [InlineData("TKC020", "public static partial class C { [Memoize] public static partial int F(int n); }")]
    [InlineData("TKC021", "class C { int M() { return F(1); [Memoize] static int F(int n) => n; } }")]
    [InlineData("TKC021", "public static class C { private record P; [Memoize] private static int F(P p) => 1; }")]
    [InlineData("TKC022", "public record struct C(int A) { [Memoize] public int F(int n) => n; }")]
    [InlineData("TKC023", "public record R(int A); public static class C { [Memoize(Store = \"default\")] public static int F(R r) => 1; }")]
    [InlineData("TKC024", "public class B { [Memoize] public virtual int F(int n) => n; } public class D : B { public override int F(int n) => n; } class C { int M(D d) => d.F(1); }")]
    [InlineData("TKC024", "public interface I { [Memoize] int F(int n); } public class D : I { public int F(int n) => n; } class C { int M(D d) => d.F(1); }")]
    [InlineData("TKC025", "public static class C { [Memoize(Name = \"X\")] public static int F(int n) => n; [Memoize(Name = \"X\")] public static int G(int n) => n; }")]
    [InlineData("TKC026", "public static class C { [Memoize] public static int F<T>(T n) => 1; public static int M() => F(new object()); }")]
    public async Task Analyze_Mistake_IsNamed(string id, string source)
    {
        var found = await Compiler.AnalyzeAsync(source);
        Assert.Contains(found, d => d.Id == id);
    }

    [Theory]
    [InlineData(Square + "class C { int M() => S.F(1); }")]
    [InlineData("public static partial class C { [Memoize] public static partial int F(int n); static int FCore(int n) => n; static Func<int, int> M() => F; }")]
    [InlineData("public interface I { [Memoize] Task<int> F(int n); } class C { Task<int> M(I i) => i.F(1); }")]
    [InlineData("public static class C { [Memoize(Store = \"default\", TimeToLive = \"00:01:00\", RefreshAhead = \"00:00:10\", StaleIfError = \"01:00:00\", Tags = [\"a\", \"b:{n}\"], Version = \"2\", Fingerprint = CodeFingerprint.Method)] public static int F(int n, CancellationToken t) => n; }")]
    [InlineData("public sealed record R(int A, string B, IReadOnlyList<int> C); public static class C { [Memoize(Store = \"default\", Fingerprint = CodeFingerprint.Assembly)] public static int F(R r) => 1; }")]
    [InlineData("public class K { public static int GetKey(int n) => n; } public static class C { [Memoize(KeyProvider = typeof(K))] public static int F(int n) => n; }")]
    [InlineData("public static class C { [Memoize] public static int F([CacheIgnore] object o, int n) => n; public static string N => nameof(F); }")]
    public async Task Analyze_RightUse_IsSilent(string source) => Assert.Empty(await Compiler.AnalyzeAsync(source));

    [Fact]
    public async Task Analyze_NamespaceNotEnabled_IsAnError()
    {
        var found = await Compiler.AnalyzeAsync(Square + "class C { int M() => S.F(1); }", isEnabled: false);
        Assert.Equal("TKC015", Assert.Single(found).Id);
    }

    [Fact]
    public async Task Analyze_GeneratorDidNotRun_IsAnError()
    {
        var found = await Compiler.AnalyzeAsync(Square + "class C { int M() => S.F(1); }", generates: false);
        Assert.Contains(found, static d => d.Id == "TKC016");
        Assert.Contains(found, static d => d.Id == "TKC001");
    }

    [Fact]
    public void Rules_EachHasAPage()
    {
        var docs = Path.Combine(Compiler.ThisFolder(), "../../src/Toolkit.Caching/docs");
        foreach (var rule in new Diagnostics.MemoizeAnalyzer().SupportedDiagnostics)
        {
            var page = File.ReadAllText(Path.Combine(docs, rule.Id + ".md"));
            Assert.StartsWith($"# {rule.Id}: {rule.Title}", page, StringComparison.Ordinal);
            Assert.Contains($"Severity: {rule.DefaultSeverity.ToString().ToLowerInvariant()}.", page, StringComparison.Ordinal);
        }
    }
}
