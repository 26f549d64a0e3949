using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>Compiles sources in memory, with the generator and the analyzer.</summary>
internal static class Compiler
{
    public static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(static p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "Toolkit.Caching.dll" || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
        .Select(static p => MetadataReference.CreateFromFile(p))];

    public const string Usings = "using System; using System.Collections.Generic; using System.Linq; using System.Threading; using System.Threading.Tasks; using Toolkit.Caching;\n";

    public static CSharpParseOptions Options(bool isEnabled = true) =>
        CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest)
            .WithFeatures(isEnabled ? [new("InterceptorsNamespaces", "Other;Toolkit.Caching.Generated")] : []);

    public static CSharpCompilation Compile(CSharpParseOptions options, params (string Path, string Source)[] files) => CSharpCompilation.Create(
        "Sample",
        files.Select(f => CSharpSyntaxTree.ParseText(Usings + f.Source, options, f.Path, System.Text.Encoding.UTF8)),
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static CSharpGeneratorDriver Driver(CSharpParseOptions options) => CSharpGeneratorDriver.Create(
        [new MemoizeGenerator().AsSourceGenerator()], parseOptions: options, driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The analyzer's diagnostics of the final compilation, which itself must have no error (but those that a diagnostic explains).</summary>
    public static async Task<ImmutableArray<Diagnostic>> AnalyzeAsync(string source, bool isEnabled = true, bool generates = true)
    {
        var options = Options(isEnabled);
        Compilation compilation = Compile(options, ("a.cs", source));
        if (generates)
        {
            Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        }

        Assert.DoesNotContain(compilation.GetDiagnostics(), static d => d.Severity == DiagnosticSeverity.Error && d.Id is not ("CS8795" or "CS0102" or "CS0111"));
        return await compilation.WithAnalyzers([new MemoizeAnalyzer()]).GetAnalyzerDiagnosticsAsync();
    }

    public static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
