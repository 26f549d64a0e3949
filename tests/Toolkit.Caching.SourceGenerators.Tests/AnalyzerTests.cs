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
    [InlineData("TKC005", "public class B { public virtual int F(int n) => n; } public class D : B { [Memoize] public override int F(int n) => n; }")]
    [InlineData("TKC012", "public sealed record R(int A, List<int> L); public static class C { [Memoize] public static int F(R r) => 1; }")]
    [InlineData("TKC012", "public record struct R(int A, int[] L); public static class C { [Memoize] public static int F(R r) => 1; }")]
    [InlineData("TKC017", "public static class C { [Memoize(Name = \"Clear\")] public static int F(int n) => n; }")]
    [InlineData("TKC021", "class C { Func<int, int> M() => [Memoize] (int n) => n; }")]
    [InlineData("TKC021", "public interface I<T> where T : I<T> { [Memoize] static abstract int F(int n); } class C { static int M<T>() where T : I<T> => T.F(1); }")]
    [InlineData("TKC021", "public interface I { [Memoize] static virtual int F(int n) => n; }")]
    [InlineData("TKC021", "public static class C { [Memoize] public static int F<Key>(Key n) => 1; }")]
    [InlineData("TKC021", "public static class C { [Memoize] public static int F<T>(T n) where T : allows ref struct => 1; }")]
    [InlineData("TKC021", "[Obsolete(\"old\", true)] public class O { } [Obsolete] public class C<T> where T : O { [Memoize] public int F(int n) => 1; }")]
    [InlineData("TKC021", "public static class C { [Memoize] public static dynamic F(int n) => n; }")]
    [InlineData("TKC024", "public class B { [Memoize] public virtual int F(int n) => n; } public class D : B { public override int F(int n) => n; } class C { Func<int, int> M(D d) => d.F; }")]
    [InlineData("TKC024", "public interface I { [Memoize] int F(int n); } public class D : I { public int F(int n) => n < 1 ? 0 : F(n - 1); }")]
    [InlineData("TKC027", "public class T(string id) { [CacheKey] private string Id { get; } = id; [Memoize] public int F(int n) => n; }")]
    [InlineData("TKC027", "public class P { [CacheKey] protected int A { get; set; } } public static class C { [Memoize] public static int F(P p) => 1; }")]
    [InlineData("TKC027", "public class P { [CacheKey] public static int A { get; set; } } public static class C { [Memoize] public static int F(P p) => 1; }")]
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
    [InlineData("namespace @event.@class { public static class @static { [Memoize] public static int @int(int @params, string @memo) => @params; public static int M() => @int(1, \"a\") + Memo.@static.@int.Info().Count; } }")]
    [InlineData("namespace Größe { public static class Straße { [Memoize] public static int Übung(int größe, string 名前) => größe; static int M() => Übung(1, \"a\") + Memo.Übung.Info().Count; } }")]
    [InlineData("public class S<@class> { [Memoize] public static int F<@int>(@class a, @int b) => 1; static int M() => S<int>.F<long>(1, 2L); }")]
    [InlineData("public static class S { [Memoize] public static int F(int memoKey, int memoCache, int memoValue, int memoTask, int value, int writer, int other) => 1; static int M() => F(1, 2, 3, 4, 5, 6, 7); }")]
    [InlineData("public class S { [Memoize] public Task<int> F(int @this, int memoTask, int cancellationToken, CancellationToken c) => Task.FromResult(1); Task<int> M() => F(1, 2, 3, default); }")]
    [InlineData("public static class S { [Memoize] public static int Info(int n) => n; [Memoize] public static int Clear(int n) => n; [Memoize] public static int Invoke(int n) => n; [Memoize] public static int Remove(int n) => n; static int M() => Info(1) + Clear(1) + Invoke(1) + Remove(1) + Memo.S.InfoCache.Info().Count; }")]
    [InlineData("namespace N { public static class S { [Memoize] public static int F(int n) => n; static int M() => F(1) + MemoOf.F.Info().Count; } } namespace N.Memo { class X { } }")]
    [InlineData("namespace @event { public static partial class @class { [Memoize] public static partial int @int(int @base); private static int intCore(int @base) => 1; } }")]
    [InlineData("public interface I<T> { int this[int @int, T x] { get; set; } string @event { get; init; } event Action @class; [Memoize] int @int(int @params, T t); ref int R(ref int a, out int b, in int c); void V<U>(U? u) where U : class, new(); U? G<U>(U? u); U? H<U>(U? u) where U : struct; int D() => 1; }")]
    [InlineData("public static class C { [Memoize] public static int F(KeyValuePair<string, double> p, IReadOnlyList<KeyValuePair<string, string>> q) => 1; static int M() => F(default, []); }")]
    [InlineData("public interface I { [Memoize] int F(int n); } class C { int M<T>(T t) where T : I => t.F(1); int? N<T>(T? t) where T : class, I => t?.F(1); int O<T>(T t) where T : struct, I => t.F(1); }")]
    [InlineData("public interface I { [Memoize] int F(int n) => n; [Memoize] static int G(int n) => n; } class C : I { static int M(I i) => i.F(1) + I.G(1); }")]
    [InlineData("public class A<T> { public class B<U> { [Memoize] public int F<V>(T t, U u, V v) => 1; int M(T t, U u) => F(t, u, 1); } [Memoize] private static int P<U>(U u) => 1; int Q() => P(1); }")]
    [InlineData("public static class S { [Memoize] public static int F(int n) => n; static int M(int[] a) => (from x in a let y = F(x) where F(y) > 1 orderby F(x) select F(y)).Sum() + (F(1) switch { > 1 when F(2) > 2 => F(3), _ => F(0) }); }")]
    [InlineData("public class B { public B(int n) { } } public class D() : B(S.F(1)) { int x = S.F(2); } public static class S { [Memoize] public static int F(int n, [System.Runtime.CompilerServices.CallerMemberName] string m = \"\", decimal d = 1.5m, DateTime t = default) => n; }")]
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
    public async Task Analyze_CallThatAnotherGeneratorWrote_IsNamed()
    {
        // Such as a Razor page: generators do not see each other's code.
        var options = Compiler.Options();
        Microsoft.CodeAnalysis.Compilation compilation = Compiler.Compile(options, ("a.cs", Square));
        Compiler.Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _, TestContext.Current.CancellationToken);
        compilation = compilation.AddSyntaxTrees(Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(
            "// <auto-generated/>\nclass Page { int M() => S.F(1); }", options, "Page.g.cs", System.Text.Encoding.UTF8, TestContext.Current.CancellationToken));
        var found = await Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzerExtensions.WithAnalyzers(compilation, [new Diagnostics.MemoizeAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Equal("TKC001", Assert.Single(found).Id);
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
