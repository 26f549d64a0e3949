using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Tests;

public class CodeFixTests
{
    // id, before, after.
    public static TheoryData<string, string, string> Cases { get; } = new()
    {
        {
            "TKC002",
            "namespace N; public static class S { [Memoize] public static int F(int n) => n; } class C { IEnumerable<int> M(int[] a) => a.Select(S.F); }",
            "namespace N; public static class S { [Memoize] public static int F(int n) => n; } class C { IEnumerable<int> M(int[] a) => a.Select(Memo.S.F.Invoke); }"
        },
        {
            "TKC002",
            "namespace N { public static class S { [Memoize] public static int F(int n) => n; [Memoize] public static int F(string n) => 1; } } namespace O { class C { Func<string, int> M() => N.S.F; } }",
            "namespace N { public static class S { [Memoize] public static int F(int n) => n; [Memoize] public static int F(string n) => 1; } } namespace O { class C { Func<string, int> M() => N.Memo.S.FString.Invoke; } }"
        },
        {
            "TKC002",
            "public class S { [Memoize] public int F(int a, int b) => a; Func<int, int, int> M() => F; }",
            "public class S { [Memoize] public int F(int a, int b) => a; Func<int, int, int> M() => (a, b) => F(a, b); }"
        },
        {
            "TKC005",
            "public interface I\n{\n    int F(int n);\n}\npublic class C : I { [Memoize(Capacity = 9)] public int F(int n) => n; }",
            "public interface I\n{\n    [Memoize(Capacity = 9)]\n    int F(int n);\n}\npublic class C : I { public int F(int n) => n; }"
        },
        {
            "TKC006",
            "public static class C\n{\n    /// <summary>Squares.</summary>\n    [Memoize]\n    public static async Task<int> SquareAsync(int n, int power = 2)\n    {\n        await Task.Yield();\n        return n * n;\n    }\n}",
            "public static partial class C\n{\n    /// <summary>Squares.</summary>\n    [Memoize]\n    public static partial Task<int> SquareAsync(int n, int power = 2);\n\n    private static async Task<int> SquareCoreAsync(int n, int power)\n    {\n        await Task.Yield();\n        return n * n;\n    }\n}"
        },
        {
            "TKC011",
            "public class P { } public static class C { [Memoize] public static int F(int n, P p) => 1; }",
            "public class P { } public static class C { [Memoize] public static int F(int n, [CacheIgnore] P p) => 1; }"
        },
        {
            "TKC012",
            "public record R { public int A { get; set; } public int B { get; set; } } public static class C { [Memoize] public static int F(R r) => 1; }",
            "public record R { public int A { get; init; } public int B { get; init; } } public static class C { [Memoize] public static int F(R r) => 1; }"
        },
        {
            "TKC013",
            "public static class C { [Memoize] public static List<string?> F(int n) => []; }",
            "public static class C { [Memoize] public static IReadOnlyList<string?> F(int n) => []; }"
        },
        {
            "TKC013",
            "public static class C { [Memoize] public static async Task<Dictionary<int, string>> F(int n) => new Dictionary<int, string>(); }",
            "public static class C { [Memoize] public static async Task<IReadOnlyDictionary<int, string>> F(int n) => new Dictionary<int, string>(); }"
        },
        {
            "TKC014",
            "public class C { [Memoize(Store = \"default\")] public int F(int n) => n; }",
            "public class C { [Memoize(Store = \"default\", Scope = CacheScope.Shared)] public int F(int n) => n; }"
        },
        {
            "TKC020",
            "public static partial class C\n{\n    [Memoize]\n    public static partial ValueTask<int> FAsync(this int n, string? s = null);\n}",
            "public static partial class C\n{\n    [Memoize]\n    public static partial ValueTask<int> FAsync(this int n, string? s = null);\n\n    private static ValueTask<int> FCoreAsync(int n, string? s) => throw new NotImplementedException();\n}"
        },
        {
            "TKC022",
            "public record struct C(int A) { [Memoize] public int F(int n) => n; }",
            "public record struct C(int A) { [Memoize] public readonly int F(int n) => n; }"
        },
        {
            "TKC024",
            "public class B { [Memoize] public virtual int F(int n) => n; } public class D : B { public override int F(int n) => n; } class C { int M(D d) => d.F(1); }",
            "public class B { [Memoize] public virtual int F(int n) => n; } public class D : B { public override int F(int n) => n; } class C { int M(D d) => ((B)d).F(1); }"
        },
        {
            "TKC024",
            "public interface I { [Memoize] int F(int n); } public class D : I { public int F(int n) => n; } class C { int M() => new D().F(1); }",
            "public interface I { [Memoize] int F(int n); } public class D : I { public int F(int n) => n; } class C { int M() => ((I)(new D())).F(1); }"
        },
        {
            "TKC025",
            "public static class C { [Memoize(Name = \"X\")] public static int F(int n) => n; [Memoize(Name = \"X\", Capacity = 5)] public static int G(int n) => n; }",
            "public static class C { [Memoize(Name = \"X\")] public static int F(int n) => n; [Memoize(Capacity = 5, Name = \"G2\")] public static int G(int n) => n; }"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fix_Mistake_IsGoneAndCompiles(string id, string before, string after)
    {
        var isPackable = id == "TKC006";
        var solution = Fixing.Open(("a.cs", before));
        var diagnostic = Assert.Single(await Fixing.DiagnoseAsync(solution, isPackable, withErrors: false), d => d.Id == id);
        var changed = await Fixing.FixAsync(solution, diagnostic);
        Assert.NotNull(changed);
        var text = (await changed.Projects.Single().Documents.Single().GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(after, text.ReplaceLineEndings("\n")[Compiler.Usings.Length..]);
        Assert.Empty(await Fixing.DiagnoseAsync(changed, isPackable, withErrors: true));
    }

    [Fact]
    public async Task Fix_ContractInAnotherFile_ChangesBoth()
    {
        var solution = Fixing.Open(("a.cs", "public interface I { int F(int n); }"), ("b.cs", "public class C : I { [Memoize] public int F(int n) => n; }"));
        var changed = await Fixing.FixAsync(solution, Assert.Single(await Fixing.DiagnoseAsync(solution, false, withErrors: false)));
        Assert.NotNull(changed);
        Assert.Empty(await Fixing.DiagnoseAsync(changed, false, withErrors: true));
        var texts = await Task.WhenAll(changed.Projects.Single().Documents.OrderBy(static d => d.Name, StringComparer.Ordinal).Select(static d => d.GetTextAsync(TestContext.Current.CancellationToken)));
        Assert.Contains("[Memoize]", texts[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("[Memoize]", texts[1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TKC002", "public static class S { [Memoize] public static int F(int n) => n; static unsafe delegate*<int, int> M() => &F; }")]
    [InlineData("TKC013", "public static class C { [Memoize] public static Task<int[]> F(int n) => Task.FromResult(new int[1]); }")]
    [InlineData("TKC020", "public static partial class C { [Memoize] public static partial int F(int n); static int FCore(string n) => 1; }")]
    public async Task Fix_WithoutAMechanicalWay_IsNotOffered(string id, string source)
    {
        var solution = Fixing.Open(("a.cs", source));
        var diagnostic = Assert.Single(await Fixing.DiagnoseAsync(solution, false, withErrors: false), d => d.Id == id);
        Assert.Null(await Fixing.FixAsync(solution, diagnostic));
    }

    [Fact]
    public void Pages_SayWhichHasAFix()
    {
        var fixable = Fixing.Providers.SelectMany(static p => p.FixableDiagnosticIds).ToHashSet();
        Assert.Equal(fixable, Cases.Select(static c => c.Data.Item1).ToHashSet());
        foreach (var rule in new Diagnostics.MemoizeAnalyzer().SupportedDiagnostics)
        {
            var page = File.ReadAllText(Path.Combine(Compiler.ThisFolder(), "../../src/Toolkit.Caching/docs", rule.Id + ".md"));
            Assert.Equal(fixable.Contains(rule.Id), page.Contains("\n## Code fix\n", StringComparison.Ordinal));
        }
    }
}
