using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>Projects whose settings are not the template's. (RootNamespace and MSBuild's part of all this: tests/Toolkit.PackageSmoke.)</summary>
public class SettingsTests
{
    // Every form, with nothing that a later C# than 12 has, and every name in full.
    private const string Everything = """
        namespace @event.@class.@namespace;

        public static class Statics
        {
            private static int s_calls;
            [Toolkit.Caching.Memoize] private static int Private(int n) { return n + ++s_calls; }
            [Toolkit.Caching.Memoize] public static T Generic<T>(T n, System.Collections.Generic.IReadOnlyList<string> list) where T : struct { s_calls++; return n; }
            [Toolkit.Caching.Memoize(TimeToLive = "01:00:00", Tags = new[] { "t:{n}" })] public static async System.Threading.Tasks.Task<int> Late(int n, System.Threading.CancellationToken token) { await System.Threading.Tasks.Task.Yield(); return n + ++s_calls; }
            [Toolkit.Caching.Memoize] public static string Text(string text, int? n) { s_calls++; return text + n; }
            public static int All(System.Threading.CancellationToken token)
            {
                var sum = Private(1) + Private(1);
                sum += Generic(1, new[] { "a" }) + Generic(1, new[] { "a" });
                sum += Late(1, token).GetAwaiter().GetResult() + Late(1, token).GetAwaiter().GetResult();
                return sum + Text("a", null).Length + Text("a", null).Length + 1000 * s_calls + 100000 * Memo.Statics.Private.Info().Count;
            }
        }

        public partial class Instances
        {
            private int _calls;
            [Toolkit.Caching.Memoize] public partial int Partial(int @int);
            private int PartialCore(int @int) { return @int + ++_calls; }
            [Toolkit.Caching.Memoize] public int Whole(int n) { return n + ++_calls; }
            public int All() { return Partial(1) + Partial(1) + Whole(1) + Whole(1) + 1000 * _calls; }
        }

        public interface IService { [Toolkit.Caching.Memoize] System.Threading.Tasks.ValueTask<int> GetAsync(int n); int Other(string text); }

        public class Service : IService
        {
            private int _calls;
            public System.Threading.Tasks.ValueTask<int> GetAsync(int n) { return new System.Threading.Tasks.ValueTask<int>(n + ++_calls); }
            public int Other(string text) { return _calls; }
        }
        """;

    private const string Program = """

        public static class Program
        {
            public static int Run()
            {
                var services = new Microsoft.Extensions.DependencyInjection.ServiceCollection();
                Toolkit.Caching.ToolkitCachingServiceCollectionExtensions.AddMemoized<IService, Service>(services);
                using var provider = Microsoft.Extensions.DependencyInjection.ServiceCollectionContainerBuilderExtensions.BuildServiceProvider(services);
                var service = (IService)provider.GetService(typeof(IService))!;
                var decorated = service.GetAsync(1).Result + service.GetAsync(1).Result + 1000 * service.Other("");
                return Statics.All(default) + new Instances().All() + decorated;
            }
        }
        """;

    private const int Result = (2 * 2) + (1 * 2) + (4 * 2) + 2 + 4000 + 100_000 + (2 * 2) + (3 * 2) + 2000 + (2 * 2) + 1000;

    public static TheoryData<string> Projects => [.. Settings.Keys];

    private static readonly Dictionary<string, Running.Settings> Settings = new()
    {
        ["nullable off, no usings"] = new() { Nullable = NullableContextOptions.Disable, HasImplicitUsings = false },
        ["nullable warnings alone"] = new() { Nullable = NullableContextOptions.Warnings, HasImplicitUsings = false },
        ["C# 12"] = new() { Language = LanguageVersion.CSharp12, HasImplicitUsings = false },
        ["C# 12, nullable off"] = new() { Language = LanguageVersion.CSharp12, Nullable = NullableContextOptions.Disable, HasImplicitUsings = false },
        ["C# 13"] = new() { Language = LanguageVersion.CSharp13 },
        ["preview"] = new() { Language = LanguageVersion.Preview },
        ["warnings are errors"] = new() { TreatsWarningsAsErrors = true, HasImplicitUsings = false },
        ["overflow is checked"] = new() { ChecksOverflow = true },
        ["features"] = new() { Features = [("strict", "true"), ("nullablePublicOnly", "true"), ("runtime-async", "off")] },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Generate_EverySetting_CompilesAndCaches(string project)
    {
        var settings = Settings[project];
        var isNullable = settings.Nullable == NullableContextOptions.Enable;
        var compilation = Running.Generate(settings, Everything + (isNullable ? Program : Program.Replace(")!", ")", StringComparison.Ordinal)));

        // With warnings as errors, none may come from generated code.
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(static d => d.Severity == DiagnosticSeverity.Error));
        Assert.Equal(Result, Running.Run(compilation, "event.class.namespace.Program"));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp11, "public static class S { [Memoize] public static int F(int n) => n; public static int M() => F(1); }", "12.0")]
    [InlineData(LanguageVersion.CSharp9, "public static partial class S { [Memoize] public static partial int F(int n); private static int FCore(int n) => n; }", "12.0")]
    [InlineData(LanguageVersion.CSharp8, "public interface I { [Memoize] int F(int n); }", "12.0")]
    [InlineData(LanguageVersion.CSharp12, "public static class S { [Memoize] public static int F(System.ReadOnlySpan<int> n) => n.Length; public static int M() => F(new int[1]); }", "13.0")]
    public async Task Analyze_OldLanguage_IsSaidInsteadOfBrokenCode(LanguageVersion language, string source, string needed)
    {
        var compilation = Running.Generate(new() { Language = language }, source);
        Assert.DoesNotContain(compilation.GetDiagnostics(TestContext.Current.CancellationToken), static d => d.Severity == DiagnosticSeverity.Error && d.Id != "CS8795");
        var found = Assert.Single(await compilation.WithAnalyzers([new MemoizeAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("TKC028", found.Id);
        Assert.Contains("C# " + needed, found.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_OldLanguageCallsALibrary_TheCallIsNamed()
    {
        var library = Running.Emit(Running.Generate(new(), "public static class S { [Memoize] public static int F(int n) => n; }", "Library"));
        var compilation = Running.Generate(new() { Language = LanguageVersion.CSharp10 }, "class C { int M() => S.F(1); }", "Sample", MetadataReference.CreateFromImage(library));
        Assert.DoesNotContain(compilation.GetDiagnostics(TestContext.Current.CancellationToken), static d => d.Severity == DiagnosticSeverity.Error);
        var found = Assert.Single(await compilation.WithAnalyzers([new MemoizeAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken));
        Assert.Equal("TKC001", found.Id);
        Assert.Contains("LangVersion is 10.0", found.GetMessage(), StringComparison.Ordinal);
    }
}
