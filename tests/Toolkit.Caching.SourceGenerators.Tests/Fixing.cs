using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Toolkit.Caching.SourceGenerators.Diagnostics;

namespace Toolkit.Caching.SourceGenerators.Tests;

/// <summary>A workspace as an editor has it: the generator and the analyzer run on the project, and fixes change it.</summary>
internal static class Fixing
{
    /// <summary>All fixes, as an editor finds them.</summary>
    public static IReadOnlyList<CodeFixProvider> Providers { get; } =
        [.. typeof(CodeFixes.MemoizeFix).Assembly.GetTypes()
            .Where(static t => t.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .Select(static t => (CodeFixProvider)Activator.CreateInstance(t, nonPublic: true)!)];

    public static Solution Open(params (string Path, string Source)[] files)
    {
        var workspace = new AdhocWorkspace();
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution.AddProject(ProjectInfo.Create(
            id, VersionStamp.Default, "Sample", "Sample", LanguageNames.CSharp, parseOptions: Compiler.Options(), metadataReferences: Compiler.References,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            analyzerReferences: [new Generators()]));
        foreach (var (path, source) in files)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id), path, SourceText.From(Compiler.Usings + source, System.Text.Encoding.UTF8), filePath: path);
        }

        return solution;
    }

    /// <summary>The analyzer's diagnostics, and the compiler's errors where <paramref name="withErrors"/>.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(Solution solution, bool isPackable, bool withErrors)
    {
        var compilation = (await solution.Projects.Single().GetCompilationAsync(TestContext.Current.CancellationToken))!;
        var options = new AnalyzerOptions([], new Settings(isPackable));
        var found = await compilation.WithAnalyzers([new MemoizeAnalyzer()], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return withErrors ? [.. found, .. compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(static d => d.Severity == DiagnosticSeverity.Error)] : found;
    }

    /// <summary>The solution after the first fix for <paramref name="diagnostic"/>, or null where there is none.</summary>
    public static async Task<Solution?> FixAsync(Solution solution, Diagnostic diagnostic)
    {
        var provider = Providers.Single(p => p.FixableDiagnosticIds.Contains(diagnostic.Id));
        List<CodeAction> actions = [];
        var document = solution.GetDocument(diagnostic.Location.SourceTree)!;
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        if (actions.Count == 0)
        {
            return null;
        }

        var operations = await actions[0].GetOperationsAsync(TestContext.Current.CancellationToken);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
    }

    private sealed class Generators : AnalyzerReference
    {
        // The workspace looks generators up by identity.
        private readonly ImmutableArray<ISourceGenerator> _generators = [new MemoizeGenerator().AsSourceGenerator()];

        public override string? FullPath => null;

        public override object Id => nameof(Generators);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;
    }

    private sealed class Settings(bool isPackable) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Global(isPackable);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Global(bool isPackable) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key == "build_property.IsPackable" ? isPackable ? "true" : "false" : null;
            return value is not null;
        }
    }
}
