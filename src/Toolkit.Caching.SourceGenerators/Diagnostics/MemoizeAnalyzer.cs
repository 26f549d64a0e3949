using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Toolkit.Caching.SourceGenerators.Parsing;

namespace Toolkit.Caching.SourceGenerators.Diagnostics;

/// <summary>
/// Looks at the compilation as it will be, with everything that was generated, and says where a memoized method runs
/// uncached. Calls by reflection or through <c>dynamic</c> can't be seen.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class MemoizeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = typeof(Rules)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static f => (DiagnosticDescriptor)f.GetValue(null)!)
        .ToImmutableArray();

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Names.MemoizeAttribute) is null)
            {
                return;
            }

            var methods = new ConcurrentBag<(IMethodSymbol Method, string Name, string Class)>();
            var calls = new CallAnalysis(InterceptorsSwitch.IsOn(start.Compilation.SyntaxTrees.FirstOrDefault()?.Options ?? CSharpParseOptions.Default));
            var isPackable = start.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.IsPackable", out var packable)
                && string.Equals(packable, "true", StringComparison.OrdinalIgnoreCase)
                && start.Compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary;
            start.RegisterSymbolAction(symbol => AnalyzeMethod(symbol, methods, isPackable), SymbolKind.Method);
            start.RegisterSyntaxNodeAction(AnalyzeLocalFunction, SyntaxKind.LocalFunctionStatement);
            start.RegisterSyntaxNodeAction(AnalyzeLambda, SyntaxKind.ParenthesizedLambdaExpression);
            start.RegisterOperationAction(calls.AnalyzeInvocation, OperationKind.Invocation);
            start.RegisterOperationAction(CallAnalysis.AnalyzeReference, OperationKind.MethodReference);
            start.RegisterCompilationEndAction(end => AnalyzeEnd(end, methods));
        });
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context, ConcurrentBag<(IMethodSymbol, string, string)> methods, bool isPackable)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (method.PartialDefinitionPart is not null)
        {
            // The generated half: its declaration says it all.
            return;
        }

        if (MethodParser.ParseFully(method, context.Compilation) is not { } parsed)
        {
            return;
        }

        foreach (var issue in parsed.Issues)
        {
            var properties = issue.Rule == Rules.NoImplementation
                ? ImmutableDictionary.CreateRange([new KeyValuePair<string, string?>(FixProperties.Implementation, (string)issue.Arguments[1])])
                : ImmutableDictionary<string, string?>.Empty;
            context.ReportDiagnostic(Diagnostic.Create(issue.Rule, LocationOf(issue.Symbol, method), properties, issue.Arguments));
        }

        if (parsed.Model is { } model)
        {
            methods.Add((method, (model.Namespace.Length > 0 ? model.Namespace + "." : "") + string.Join(".", model.MemoTypes.Select(static t => t.Split(' ')[1])) + "." + model.MemoName + "`" + model.MethodTypeParameters.Count, model.MemoClass));
            if (isPackable && model.IsPublic && model.Signature.IsIntercepted && method.ContainingType.TypeKind != TypeKind.Interface)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.PublicInLibrary, LocationOf(method, method), method.Name));
            }
        }
    }

    private static void AnalyzeLocalFunction(SyntaxNodeAnalysisContext context)
    {
        var function = (LocalFunctionStatementSyntax)context.Node;
        if (function.AttributeLists.Count > 0 && context.SemanticModel.GetDeclaredSymbol(function, context.CancellationToken) is IMethodSymbol symbol && MethodParser.FindAttribute(symbol) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.WrongDeclaration, function.Identifier.GetLocation(), symbol.Name, "calls of a local function can't be intercepted; make it a static method of a type"));
        }
    }

    private static void AnalyzeLambda(SyntaxNodeAnalysisContext context)
    {
        var lambda = (ParenthesizedLambdaExpressionSyntax)context.Node;
        if (lambda.AttributeLists.Count > 0 && context.SemanticModel.GetSymbolInfo(lambda, context.CancellationToken).Symbol is IMethodSymbol symbol && MethodParser.FindAttribute(symbol) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.WrongDeclaration, lambda.AttributeLists[0].GetLocation(), "A lambda", "calls of a delegate can't be intercepted; make it a static method of a type"));
        }
    }

    private static void AnalyzeEnd(CompilationAnalysisContext context, ConcurrentBag<(IMethodSymbol Method, string Name, string Class)> methods)
    {
        foreach (var space in methods.GroupBy<(IMethodSymbol Method, string Name, string Class), ISymbol?>(static m => m.Method.ContainingNamespace, SymbolEqualityComparer.Default))
        {
            var first = space.OrderBy(static m => m.Name, StringComparer.Ordinal).First();
            if (MemoClass.Hidden(first.Method, first.Class, context.Compilation) is { } other)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.HiddenClass, LocationOf(first.Method, first.Method), first.Class, other));
            }
        }

        foreach (var group in methods.GroupBy(static m => m.Name).Where(static g => g.Count() > 1))
        {
            var second = group.OrderBy(static m => m.Method.Locations[0].SourceSpan.Start).Last().Method;
            context.ReportDiagnostic(Diagnostic.Create(Rules.NameTaken, LocationOf(second, second), group.Key.Split('`')[0]));
        }

        if (!methods.IsEmpty && !context.Compilation.Assembly.GetAttributes().Any(static a => a.AttributeClass?.ToDisplayString() == Names.MarkerAttribute))
        {
            var first = methods.OrderBy(static m => m.Name, StringComparer.Ordinal).First().Method;
            context.ReportDiagnostic(Diagnostic.Create(Rules.GeneratorDidNotRun, LocationOf(first, first)));
        }
    }

    private static Location LocationOf(ISymbol symbol, IMethodSymbol method) =>
        symbol.Locations.FirstOrDefault(static l => l.IsInSource) ?? method.Locations.FirstOrDefault() ?? Location.None;
}
