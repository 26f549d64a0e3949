using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>Compiles a whole program in memory, as a project with given settings would, and runs it.</summary>
internal static class Running
{
    /// <summary>What a project sets.</summary>
    public sealed record Settings
    {
        public LanguageVersion Language { get; init; } = LanguageVersion.Latest;

        public NullableContextOptions Nullable { get; init; } = NullableContextOptions.Enable;

        public bool HasImplicitUsings { get; init; } = true;

        public bool TreatsWarningsAsErrors { get; init; }

        public bool ChecksOverflow { get; init; }

        public (string Key, string Value)[] Features { get; init; } = [];
    }

    /// <summary>The compilation with everything that was generated.</summary>
    public static CSharpCompilation Generate(Settings settings, string source, string assembly = "Sample", params MetadataReference[] more)
    {
        var options = Compiler.Options().WithLanguageVersion(settings.Language);
        options = options.WithFeatures([.. options.Features, .. settings.Features.Select(static f => new KeyValuePair<string, string>(f.Key, f.Value))]);
        var compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(settings.HasImplicitUsings ? Compiler.Usings + source : source, options, "a.cs", System.Text.Encoding.UTF8)],
            [.. Compiler.References, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: settings.Nullable,
                checkOverflow: settings.ChecksOverflow,
                generalDiagnosticOption: settings.TreatsWarningsAsErrors ? ReportDiagnostic.Error : ReportDiagnostic.Default,
                warningLevel: settings.TreatsWarningsAsErrors ? 9999 : 4));
        Compiler.Driver(options).RunGeneratorsAndUpdateCompilation(compilation, out var after, out var diagnostics);
        Assert.Empty(diagnostics);
        return (CSharpCompilation)after;
    }

    /// <summary>The bytes of a compilation without an error.</summary>
    public static byte[] Emit(CSharpCompilation compilation)
    {
        using var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        Assert.Empty(result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error));
        return bytes.ToArray();
    }

    /// <summary>Runs <c>Run</c> of a type of a compilation and returns its result.</summary>
    public static object? Run(CSharpCompilation compilation, string program = "Program", params byte[][] libraries)
    {
        var context = new AssemblyLoadContext("sample", isCollectible: true);
        try
        {
            foreach (var library in libraries)
            {
                context.LoadFromStream(new MemoryStream(library));
            }

            var assembly = context.LoadFromStream(new MemoryStream(Emit(compilation)));
            return assembly.GetType(program, throwOnError: true)!.GetMethod("Run")!.Invoke(null, null);
        }
        finally
        {
            context.Unload();
        }
    }

    public static object? RunSource(string source) => Run(Generate(new Settings(), source));
}
