using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Toolkit.Caching.SourceGenerators.Diagnostics;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The second half of a partial method: its body goes to the cache, and the cache goes to the implementation.</summary>
internal static class PartialParser
{
    public static TargetText Parse(IMethodSymbol method, SignatureModel signature, MemoizeSettings settings)
    {
        var implementation = Implementation(method, settings);
        if (implementation is null || !TypeFormat.ContainingTypes(method).All(IsPartial) || !TargetParser.IsReachable(method.ContainingType))
        {
            return new TargetText("", "", "", [new Issue(Rules.NoImplementation, method, method.Name, settings.Implementation ?? DefaultNames(method)[0])]);
        }

        var typeArguments = method.TypeParameters.Length == 0 ? "" : "<" + string.Join(", ", method.TypeParameters.Select(static p => TypeFormat.Escape(p.Name))) + ">";
        var bridge = "Memoized_" + signature.Holder;
        var expression = (method.IsStatic ? TypeFormat.Name(method.ContainingType) : "@this") + "." + bridge + typeArguments;
        return new TargetText(expression, "", Members(method, signature, implementation, bridge, typeArguments), []);
    }

    private static string Members(IMethodSymbol method, SignatureModel signature, IMethodSymbol implementation, string bridge, string typeArguments)
    {
        var parameters = string.Join(", ", signature.Parameters.Select(static p => p.Declaration));
        var arguments = string.Join(", ", signature.Parameters.Select(static p => p.Argument));

        // The two halves of a partial method must agree in these as well.
        var declared = string.Join(", ", signature.Parameters.Select((p, i) =>
            (method.IsExtensionMethod && i == 0 ? "this " : "") + (method.Parameters[i].IsParams ? "params " : "") + p.Declaration));
        var constraints = TypeFormat.Constraints(method.TypeParameters);
        var self = method.IsStatic ? "" : arguments.Length > 0 ? "this, " : "this";
        var body = $"[global::{Names.SelfCachedAttribute}]\n"
            + $"{Modifiers(method)} {signature.ReturnType} {TypeFormat.Escape(method.Name)}{typeArguments}({declared}){constraints} => {signature.HolderReference}.Invoke({self}{arguments});\n\n"
            + "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]\n"
            + (Obsoletion.Concerns(method) || Obsoletion.IsError(implementation) ? Emitting.SourceHeader.Obsolete + "\n" : "")
            + $"internal {(method.IsStatic ? "static " : method.ContainingType.IsValueType ? "readonly " : "")}{signature.ReturnType} {bridge}{typeArguments}({parameters}){constraints} => {TypeFormat.Escape(implementation.Name)}{typeArguments}({arguments});";
        var text = body;
        foreach (var type in TypeFormat.ContainingTypes(method).Reverse())
        {
            text = $"partial {Keyword(type)} {TypeFormat.Escape(type.Name)}{TypeParameters(type)}\n{{\n{text}\n}}";
        }

        return text;
    }

    /// <summary>The method that computes, or null.</summary>
    public static IMethodSymbol? Implementation(IMethodSymbol method, MemoizeSettings settings)
    {
        var names = settings.Implementation is { } name ? [name] : DefaultNames(method);
        return names
            .SelectMany(n => method.ContainingType.GetMembers(n).OfType<IMethodSymbol>())
            .FirstOrDefault(m => m.IsStatic == method.IsStatic && m.TypeParameters.Length == method.TypeParameters.Length && m.Parameters.Length == method.Parameters.Length
                && TypeFormat.Name(m.ReturnType) == TypeFormat.Name(method.ReturnType)
                && m.Parameters.Zip(method.Parameters, static (a, b) => TypeFormat.Name(a.Type) == TypeFormat.Name(b.Type) && a.RefKind == b.RefKind).All(static same => same));
    }

    private static string[] DefaultNames(IMethodSymbol method) =>
        method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name.Length > 5
            ? [method.Name.Substring(0, method.Name.Length - 5) + "CoreAsync", method.Name + "Core"]
            : [method.Name + "Core"];

    private static bool IsPartial(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.Any(static r => r.GetSyntax() is TypeDeclarationSyntax syntax && syntax.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Modifiers(IMethodSymbol method)
    {
        var syntax = method.DeclaringSyntaxReferences.Select(static r => r.GetSyntax()).OfType<MethodDeclarationSyntax>().FirstOrDefault();
        return syntax is null ? "partial" : string.Join(" ", syntax.Modifiers.Select(static m => m.Text));
    }

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, IsValueType: true } => "record struct",
        { IsRecord: true } => "record",
        { IsValueType: true } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    private static string TypeParameters(INamedTypeSymbol type) =>
        type.TypeParameters.Length == 0 ? "" : "<" + string.Join(", ", type.TypeParameters.Select(static p => TypeFormat.Escape(p.Name))) + ">";
}
