using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Toolkit.Caching.SourceGenerators.Model;
using Toolkit.Caching.SourceGenerators.Parsing;

namespace Toolkit.Caching.SourceGenerators.Diagnostics;

/// <summary>Asks of every call of a memoized method whether it goes to the cache.</summary>
internal sealed class CallAnalysis(bool isEnabled)
{
    public void AnalyzeInvocation(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        var called = call.TargetMethod;
        if (MethodParser.Memoized(called) is not { } method)
        {
            AnalyzeOverride(context, called);
            return;
        }

        if (IsOurs(context))
        {
            return;
        }

        if (MethodParser.Parse(method, context.Compilation) is null && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, context.Compilation.Assembly))
        {
            // The declaration has an error, which says it all.
            return;
        }

        AnalyzeTypeArguments(context, called, method);
        if (SignatureParser.IsPartial(method))
        {
            return;
        }

        if (call.Syntax is not InvocationExpressionSyntax invocation || call.SemanticModel is not { } semantics)
        {
            Report(context, Rules.NotIntercepted, method.Name, "it has no syntax of a call");
            return;
        }

        switch (CallForms.Of(invocation, called, semantics, context.CancellationToken))
        {
            case CallForm.Base:
                Report(context, Rules.BaseCall, method.Name);
                return;
            case CallForm.ExpressionTree:
                Report(context, Rules.ExpressionTree, method.Name);
                return;
        }

        if (!isEnabled)
        {
            Report(context, Rules.NamespaceNotEnabled);
        }
        else if (semantics.GetInterceptorMethod(invocation, context.CancellationToken) is null)
        {
            Report(context, Rules.NotIntercepted, method.Name, WhyNot(method, context.Compilation));
        }
    }

    public static void AnalyzeReference(OperationAnalysisContext context)
    {
        var called = ((IMethodReferenceOperation)context.Operation).Method;
        if (MethodParser.Memoized(called) is null)
        {
            AnalyzeOverride(context, called);
            return;
        }

        if (IsOurs(context))
        {
            return;
        }

        if (MethodParser.Memoized(called) is { } method && !SignatureParser.IsPartial(method))
        {
            var name = MethodParser.Parse(method, context.Compilation) is { } model ? NameOf(model) : "Memo." + method.ContainingType.Name + "." + method.Name;
            var isWhole = called.IsStatic && called.TypeParameters.Length == 0 && !called.ContainingType.IsGenericType && called.ReducedFrom is null;
            var space = method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString() + ".";
            Report(context, Rules.MethodGroup, new(FixProperties.Invoke, isWhole ? "global::" + space + name + ".Invoke" : null), method.Name, name);
        }
    }

    private static string WhyNot(IMethodSymbol method, Compilation compilation)
    {
        var isHere = SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, compilation.Assembly);
        if (!LanguageLevel.IsEnough(compilation))
        {
            return "generated code needs C# 12, and this project's LangVersion is " + LanguageLevel.Text(compilation);
        }

        if (!isHere && !CallSiteParser.HasHolder(method, SignatureParser.Parse(method), compilation))
        {
            return "the assembly " + method.ContainingAssembly.Name + " was built without the generator of Toolkit.Caching, or the method is not public";
        }

        return "the compiler offers no place for an interceptor here, the file's text is in the project twice, or another generator wrote it, whose code this one does not see";
    }

    // A call that is bound to an override, or to an implementation, does not see the attribute above it.
    private static void AnalyzeOverride(OperationAnalysisContext context, IMethodSymbol called)
    {
        if (called.IsStatic || called.MethodKind != MethodKind.Ordinary)
        {
            return;
        }

        for (var overridden = called.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
        {
            if (MethodParser.Memoized(overridden) is not null)
            {
                if (!IsOurs(context))
                {
                    ReportOverride(context, called, overridden);
                }

                return;
            }
        }

        if (called.ContainingType.TypeKind == TypeKind.Interface)
        {
            return;
        }

        var contract = called.ContainingType.AllInterfaces
            .SelectMany(i => i.GetMembers(called.Name).OfType<IMethodSymbol>())
            .FirstOrDefault(m => MethodParser.Memoized(m) is not null && SymbolEqualityComparer.Default.Equals(called.ContainingType.FindImplementationForInterfaceMember(m), called));
        if (contract is not null && !IsOurs(context))
        {
            ReportOverride(context, called, contract);
        }
    }

    private static void AnalyzeTypeArguments(OperationAnalysisContext context, IMethodSymbol called, IMethodSymbol method)
    {
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            if (method.Parameters[i].Type is not ITypeParameterSymbol parameter || MethodParser.HasAttribute(method.Parameters[i], Names.CacheIgnoreAttribute))
            {
                continue;
            }

            var arguments = (called.ReducedFrom is null ? called : called.GetConstructedReducedFrom() ?? called).Parameters;
            var type = arguments.Length == method.Parameters.Length ? arguments[i].Type : parameter;
            if (type is not ITypeParameterSymbol && new KeyFieldParser().TryAdd(type, "x") is var fits && (!fits || KeyFieldParser.IsContent(type)))
            {
                Report(context, Rules.UnsupportedTypeArgument, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), method.Name);
            }
        }
    }

    private static void ReportOverride(OperationAnalysisContext context, IMethodSymbol called, IMethodSymbol memoized) =>
        Report(context, Rules.UncachedOverride, new(FixProperties.Contract, TypeFormat.Name(memoized.ContainingType)), called.ContainingType.Name + "." + called.Name, memoized.ContainingType.Name);

    // The generated caches call the methods themselves.
    private static bool IsOurs(OperationAnalysisContext context) =>
        context.ContainingSymbol.ContainingNamespace?.ToDisplayString() == Names.GeneratedNamespace;

    // As it is written in the method's namespace.
    private static string NameOf(MethodModel model) =>
        model.MemoClass + "." + string.Join(".", model.MemoTypes.Select(static t => t.Split(' ')[1].Split('<')[0])) + "." + model.MemoName;

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Operation.Syntax.GetLocation(), arguments));

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, KeyValuePair<string, string?> property, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Operation.Syntax.GetLocation(), ImmutableDictionary.CreateRange([property]), arguments));
}
