using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.DocSnippets.Tests;

/// <summary>Compiles a snippet as the top-level program of an application that references every package.</summary>
internal static class SnippetCompiler
{
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(FindReferences);
    private static readonly Lazy<ImmutableArray<ISourceGenerator>> Generators = new(FindGenerators);

    public static IReadOnlyList<string> Errors(Snippet snippet)
    {
        var options = CSharpParseOptions.Default
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithFeatures([new("InterceptorsNamespaces", "Toolkit.Caching.Generated")]);
        var program = CSharpSyntaxTree.ParseText(Arrange(snippet, options), options, path: "Program.cs", encoding: System.Text.Encoding.UTF8);
        var usings = CSharpSyntaxTree.ParseText(
            string.Concat(ImplicitUsings.Concat(OwnNamespaces()).Select(n => $"global using {n};\n")), options, path: "GlobalUsings.cs", encoding: System.Text.Encoding.UTF8);
        var compilation = CSharpCompilation.Create(
            "Snippet", [program, usings], References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        CSharpGeneratorDriver.Create(Generators.Value, parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var complete, out var diagnostics);
        return [.. complete.GetDiagnostics().Concat(diagnostics).Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];
    }

    // A README may show a type before the statements that use it; a program has its types last.
    private static string Arrange(Snippet snippet, CSharpParseOptions options)
    {
        var units = new[] { snippet.Prelude, snippet.Code }.Select(text => SyntaxFactory.ParseCompilationUnit(text, options: options)).ToList();
        var members = units.SelectMany(u => u.Members).ToList();
        var statements = members.OfType<GlobalStatementSyntax>().ToList();
        return string.Concat(units.SelectMany(u => u.Usings).Select(u => u.ToFullString()))
            + "\n" + string.Concat(statements.Select(s => s.ToFullString() + "\n"))
            + (statements.Count == 0 ? "return;\n" : "")
            + string.Concat(members.Except(statements).Select(m => m.ToFullString() + "\n"));
    }

    private static IEnumerable<string> OwnNamespaces() =>
        OwnAssemblies()
            .SelectMany(a => a.GetExportedTypes())
            .Select(t => t.Namespace!)
            .Where(n => n.StartsWith("Toolkit.", StringComparison.Ordinal))
            .Append("Microsoft.Extensions.DependencyInjection")
            .Append("Microsoft.Extensions.Hosting")
            .Distinct();

    private static IEnumerable<Assembly> OwnAssemblies() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "Toolkit.*.dll")
            .Where(file => IsLibrary(Path.GetFileName(file)))
            .Select(Assembly.LoadFrom);

    private static bool IsLibrary(string name) =>
        !name.EndsWith("Tests.dll", StringComparison.Ordinal) && !name.Contains("SourceGenerators", StringComparison.Ordinal) && !name.Contains("CodeFixes", StringComparison.Ordinal);

    private static ImmutableArray<MetadataReference> FindReferences() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => IsLibrary(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path))];

    private static ImmutableArray<ISourceGenerator> FindGenerators() =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Toolkit.*.SourceGenerators.dll")
            .SelectMany(file => Assembly.LoadFrom(file).GetTypes())
            .Where(type => !type.IsAbstract && typeof(IIncrementalGenerator).IsAssignableFrom(type))
            .Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator())];
}
