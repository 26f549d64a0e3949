namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>Methods and types that may not be used any more, or not yet: who uses them all the same gets a cache, not an error in generated code.</summary>
public class ObsoleteTests
{
    private const string Old = "[Obsolete(\"old\", true)] ";

    // In a context that is obsolete itself, the compiler lets everything pass.
    private const string Program = " [Obsolete] public static class Program { public static int Run() ";

    [Theory]
    [InlineData("public static class S { public static int N; [Memoize] " + Old + "public static int F(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.S.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData(Old + "public static class S { public static int N; [Memoize] public static int F(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData("public static class S { public static int N; [Memoize, Obsolete(\"old\")] public static int F(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData("public static class S { public static int N; [Memoize, Obsolete(\"old\", true, DiagnosticId = \"X1\")] public static int F(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData("public static class S { public static int N; [Memoize] " + Old + "private static int F(int n) => n + ++N; [Obsolete] public static int G() => F(1) + F(1); }" + Program + "=> S.G() + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData(Old + "public record R(int A); public static class S { public static int N; [Memoize] " + Old + "public static int F(R r) => r.A + ++N; }" + Program + "=> S.F(new(1)) + S.F(new(1)) + Memo.F.Invoke(new(1)) + Memo.F.Info().Count; }", 7)]
    [InlineData(Old + "public record R(int A); public static class S { public static int N; [Memoize] [Obsolete] public static R F<T>(T n) where T : R => new(n.A + ++N); }" + Program + "=> S.F(new R(1)).A + S.F(new R(1)).A + Memo.F<R>.Invoke(new(1)).A + Memo.F<R>.Info().Count; }", 7)]
    [InlineData(Old + "public class O { public record R(int A); } public static class S { public static int N; [Memoize] [Obsolete] public static async Task<O.R> F(O.R n, CancellationToken c) { await Task.Yield(); return new(n.A + ++N); } }" + Program + "=> S.F(new(1), default).Result.A + S.F(new(1), default).Result.A + Memo.F.Info().Count; }", 5)]
    [InlineData(Old + "public class I { public int N; [Memoize] public int F(int n) => n + ++N; [Memoize] private int G(int n) => n + ++N; public int H() => G(1); }" + Program + "{ var i = new I(); return i.F(1) + i.F(1) + i.H() + i.H() + Memo.I.F.Info(i).Count; } }", 11)]
    [InlineData("public class I([CacheIgnore] int id) { [CacheKey] " + Old + "public int Id => id; public int N; [Memoize] public int F(int n) => n + ++N; }" + Program + "{ var i = new I(3); return i.F(1) + i.F(1) + Memo.I.F.Info().Count; } }", 5)]
    [InlineData(Old + "public static class K { public static int GetKey(int n) => n; } [Obsolete] public static class S { public static int N; [Memoize(KeyProvider = typeof(K))] public static int F(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Info().Count; }", 5)]
    [InlineData("public static partial class S { public static int N; [Memoize] " + Old + "public static partial int F(int n); private static int FCore(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData("public static partial class S { public static int N; [Memoize] public static partial int F(int n); " + Old + "private static int FCore(int n) => n + ++N; }" + Program + "=> S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData(Old + "public record R(int A); public static partial class S { public static int N; [Memoize, Obsolete] public static partial R F(R n); [Obsolete] private static R FCore(R n) => new(n.A + ++N); }" + Program + "=> S.F(new(1)).A + S.F(new(1)).A + Memo.F.Info().Count; }", 5)]
    [InlineData(Old + "public partial class S { public static int N; [Memoize] public partial int F(int n); private int FCore(int n) => n + ++N; }" + Program + "{ var s = new S(); return s.F(1) + s.F(1) + Memo.S.F.Info().Count; } }", 5)]
    [InlineData("public interface I { [Memoize] " + Old + "int F(int n); " + Old + "int G(); " + Old + "int P { get; } " + Old + "event Action E; } [Obsolete] public class C : I { int _n; public int F(int n) => n + ++_n; public int G() => 1; public int P => 1; public event Action? E; }" + Decorated + "i.F(1) + i.F(1) + i.G() + i.P + Memo.I.F.Info().Count; } }", 7)]
    [InlineData(Old + "public interface I { [Memoize] int F(int n); } [Obsolete] public class C : I { int _n; public int F(int n) => n + ++_n; }" + Decorated + "i.F(1) + i.F(1) + Memo.I.F.Info().Count; } }", 5)]
    [InlineData(Old + "public record R(int A); [Obsolete] public interface I<T> { [Memoize] int F(T n); } [Obsolete] public class C : I<R> { int _n; public int F(R n) => n.A + ++_n; } " + Program
        + "{ var services = new ServiceCollection(); services.AddMemoized<I<R>, C>(); using var provider = services.BuildServiceProvider(); var i = provider.GetRequiredService<I<R>>(); return i.F(new(1)) + i.F(new(1)); } }", 4)]
    public void Generate_Obsolete_CompilesAndCaches(string source, int expected) =>
        Assert.Equal(expected, Running.RunSource("using Microsoft.Extensions.DependencyInjection; " + source));

    private const string Decorated = Program + "{ var services = new ServiceCollection(); services.AddMemoized<I, C>(); using var provider = services.BuildServiceProvider(); var i = provider.GetRequiredService<I>(); return ";

    [Theory]
    [InlineData("public static class S { public static int N; [Memoize, System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public static int F(int n) => n + ++N; } [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public static class Program { public static int Run() => S.F(1) + S.F(1) + Memo.F.Invoke(1) + Memo.F.Info().Count; }", 7)]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public record R(int A); [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public static partial class S { public static int N; [Memoize] public static partial R F(R n); private static R FCore(R n) => new(n.A + ++N); } [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public static class Program { public static int Run() => S.F(new(1)).A + S.F(new(1)).A + Memo.F.Info().Count; }", 5)]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public interface I { [Memoize] int F(int n); int G(); } [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public class C : I { int _n; public int F(int n) => n + ++_n; public int G() => 1; } [System.Diagnostics.CodeAnalysis.Experimental(\"X1\")] public static class Program { public static int Run() { var services = new ServiceCollection(); services.AddMemoized<I, C>(); using var provider = services.BuildServiceProvider(); var i = provider.GetRequiredService<I>(); return i.F(1) + i.F(1) + i.G(); } }", 5)]
    public void Generate_Experimental_CompilesAndCaches(string source, int expected) =>
        Assert.Equal(expected, Running.RunSource("using Microsoft.Extensions.DependencyInjection; " + source));
}
