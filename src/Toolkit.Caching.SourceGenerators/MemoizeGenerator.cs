using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Toolkit.Caching.SourceGenerators.Emitting;
using Toolkit.Caching.SourceGenerators.Model;
using Toolkit.Caching.SourceGenerators.Parsing;

namespace Toolkit.Caching.SourceGenerators;

/// <summary>Generates the caches of memoized methods and the interceptors of their calls.</summary>
[Generator(LanguageNames.CSharp)]
internal sealed class MemoizeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var methods = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Names.MemoizeAttribute,
                static (node, _) => node is MethodDeclarationSyntax,
                static (target, _) => MethodParser.Parse((IMethodSymbol)target.TargetSymbol, target.SemanticModel.Compilation))
            .Where(static method => method is not null)
            .Select(static (method, _) => method!)
            .WithTrackingName(TrackingNames.Methods);
        context.RegisterSourceOutput(methods, static (output, method) => output.AddSource(method.Signature.Holder + ".g.cs", Emit(method)));

        var decorators = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                Names.MemoizeAttribute,
                static (node, _) => node is MethodDeclarationSyntax { Parent: InterfaceDeclarationSyntax },
                static (target, _) => DecoratorParser.Parse(target.TargetSymbol.ContainingType, target.SemanticModel.Compilation))
            .Where(static decorator => decorator is not null)
            .Select(static (decorator, _) => decorator!)
            .Collect()
            .SelectMany(static (all, _) => all.Distinct())
            .WithTrackingName(TrackingNames.Decorators);
        context.RegisterSourceOutput(decorators, static (output, decorator) => output.AddSource(decorator.Name + ".g.cs", SourceText.From(DecoratorEmitter.Emit(decorator), Encoding.UTF8)));

        var constructions = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => ConstructionParser.IsCandidate(node), static (target, cancellationToken) => ConstructionParser.Parse(target, cancellationToken))
            .Where(static name => name is not null)
            .Select(static (name, _) => name!)
            .Collect()
            .Select(static (names, _) => (EquatableArray<string>)names.Distinct().OrderBy(static n => n, StringComparer.Ordinal).ToImmutableArray())
            .WithTrackingName(TrackingNames.Constructions);
        context.RegisterSourceOutput(constructions, static (output, names) =>
        {
            if (names.Count > 0)
            {
                output.AddSource("Decorators.g.cs", SourceText.From(DecoratorEmitter.EmitConstructions(names), Encoding.UTF8));
            }
        });

        // Proves to the analyzer that we were here.
        var hasAny = methods.Collect().Select(static (all, _) => all.Length > 0);
        context.RegisterSourceOutput(hasAny, static (output, any) =>
        {
            if (any)
            {
                output.AddSource("Marker.g.cs", SourceText.From(SourceHeader.Text + "[assembly: global::" + Names.MarkerAttribute + "]\n", Encoding.UTF8));
            }
        });

        // The short names need to know of each other, the methods themselves do not.
        var shorts = methods.Collect().SelectMany(static (all, _) => ShortNames.Choose(all)).WithTrackingName(TrackingNames.ShortNames);
        context.RegisterSourceOutput(shorts, static (output, method) => output.AddSource(method.Signature.Holder + ".Short.g.cs", EmitShort(method)));

        var isEnabled = context.ParseOptionsProvider.Select(static (options, _) => InterceptorsSwitch.IsOn(options));
        var files = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InvocationExpressionSyntax { Expression: SimpleNameSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax },
                static (target, cancellationToken) => CallSiteParser.Parse(target, cancellationToken))
            .Where(static call => call is not null)
            .Select(static (call, _) => call!)
            .WithTrackingName(TrackingNames.Calls)
            .Collect()
            .SelectMany(static (calls, _) => CallSiteParser.ByFile(calls))
            .WithTrackingName(TrackingNames.Files)
            .Combine(isEnabled);
        context.RegisterSourceOutput(files, static (output, pair) =>
        {
            if (pair.Right)
            {
                output.AddSource(HintName(pair.Left[0].File), SourceText.From(InterceptorEmitter.Emit(pair.Left), Encoding.UTF8));
            }
        });
    }

    private static SourceText Emit(MethodModel method)
    {
        var code = new CodeWriter();
        code.Line(SourceHeader.Text);
        code.Line("using System.Linq;\n");
        MemoEmitter.Emit(code, method);
        code.Line("");
        PartialEmitter.Emit(code, method);
        HolderEmitter.Emit(code, method);
        return SourceText.From(code.ToString(), Encoding.UTF8);
    }

    private static SourceText EmitShort(MethodModel method)
    {
        var code = new CodeWriter();
        code.Line(SourceHeader.Text);
        MemoEmitter.EmitShort(code, method);
        return SourceText.From(code.ToString(), Encoding.UTF8);
    }

    // Two files of the same name in different folders have different hints.
    private static string HintName(string path)
    {
        var name = new string(System.IO.Path.GetFileNameWithoutExtension(path).Select(static c => char.IsLetterOrDigit(c) ? c : '_').ToArray());
        return "Interceptors." + name + "." + HolderName.Hash(path).ToString("x8", CultureInfo.InvariantCulture) + ".g.cs";
    }
}
