using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Diagnostics;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Whether a method can be memoized at all: its shape, its parameters, its result.</summary>
internal static class DeclarationChecks
{
    public static IEnumerable<Issue> Check(IMethodSymbol method)
    {
        var name = method.Name;
        if (WhyNot(method) is { } reason)
        {
            yield return new Issue(Rules.WrongDeclaration, method, name, reason);
            yield break;
        }

        if (method.ReturnsByRef || method.ReturnsByRefReadonly || method.Parameters.Any(static p => p.RefKind is RefKind.Ref or RefKind.Out))
        {
            yield return new Issue(Rules.ByReference, method, name);
        }

        foreach (var issue in CheckResult(method))
        {
            yield return issue;
        }

        if (!method.IsStatic && method.ContainingType.IsValueType && !method.IsReadOnly && !method.ContainingType.IsReadOnly)
        {
            yield return new Issue(Rules.MutableStruct, method, name);
        }

        if (ContractWithoutAttribute(method) is { } contract)
        {
            yield return new Issue(Rules.NotOnContract, method, name, contract.ContainingType.Name + "." + contract.Name);
        }
    }

    private static string? WhyNot(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.LocalFunction)
        {
            return "calls of a local function can't be intercepted; make it a static method of a type";
        }

        if (method.MethodKind != MethodKind.Ordinary || method.ContainingType.Name.Length == 0)
        {
            return "only ordinary methods can be";
        }

        if (method.IsAsync && method.ReturnsVoid)
        {
            return "an async void method has no result";
        }

        if (TypeFormat.ContainingTypes(method).Any(static t => t.IsFileLocal))
        {
            return "its type is visible in one file only";
        }

        if (TypeFormat.ContainingTypes(method).Any(static t => Obsoletion.Constrains(t.TypeParameters)))
        {
            return "its type is generic with a constraint that is obsolete as an error, which the class of its caches would have to repeat";
        }

        if (method.IsStatic && (method.IsAbstract || method.IsVirtual))
        {
            return "which implementation a call means is known through a type argument alone; memoize the implementations";
        }

        if (TypeFormat.TypeParameters(method).FirstOrDefault(static p => GeneratedNames.IsMember(p.Name)) is { } hiding)
        {
            return "its type parameter " + hiding.Name + " has the name of something that is generated; rename it";
        }

        if (method.Parameters.Any(static p => p.Type is ITypeParameterSymbol { AllowsRefLikeType: true }))
        {
            return "an argument may be a ref struct, whose content is not known";
        }

        if (SignatureParser.ValueTypeOf(method).TypeKind == TypeKind.Dynamic)
        {
            return "it returns dynamic; return object";
        }

        if (method.Parameters.Any(static p => p.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer))
        {
            return "it has a pointer parameter";
        }

        var types = method.Parameters.Select(static p => p.Type).Append(method.ReturnType);
        if (types.Any(static t => !IsNameable(t)) || (!method.IsStatic && !TargetParser.IsReachable(method.ContainingType)))
        {
            return "its signature has a private type; make that internal";
        }

        if (!TargetParser.IsReachable(method) && method.ContainingType is { IsStatic: true, IsGenericType: true })
        {
            return "it is private in a static generic class; make it internal";
        }

        if (!TargetParser.IsReachable(method) && (method.Parameters.Any(static p => p.Type.IsRefLikeType) && method.ContainingType.IsStatic))
        {
            return "it is private and takes a span; make it internal";
        }

        var isAsync = SignatureParser.KindOf(method) != CallKind.Sync;
        if (isAsync && method.Parameters.Any(static p => p.Type.IsRefLikeType))
        {
            return "an asynchronous method can't keep a parameter that lives on the stack";
        }

        return null;
    }

    private static bool IsNameable(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsNameable(array.ElementType),
        INamedTypeSymbol named => TargetParser.IsReachable(named) && !named.IsAnonymousType && named.TypeArguments.All(IsNameable),
        _ => true,
    };

    private static IEnumerable<Issue> CheckResult(IMethodSymbol method)
    {
        if (method.ReturnsVoid || method.ReturnType.ToDisplayString() is "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask")
        {
            yield return new Issue(Rules.NoResult, method, method.Name);
            yield break;
        }

        var result = SignatureParser.ValueTypeOf(method);
        var text = result.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        if (IsStream(result))
        {
            yield return new Issue(Rules.Stream, method, method.Name, text);
        }
        else if (IsDisposable(result))
        {
            yield return new Issue(Rules.DisposableResult, method, method.Name, text);
        }
        else if (KnownTypes.IsMutableCollection(result))
        {
            yield return new Issue(Rules.MutableResult, method, method.Name, text);
        }
    }

    private static bool IsStream(ITypeSymbol type)
    {
        if (type.IsRefLikeType || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer || type is { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" })
        {
            return true;
        }

        if (KnownTypes.Name(type) is "System.Collections.Generic.IEnumerable<T>" or "System.Collections.IEnumerable" or "System.Collections.Generic.IAsyncEnumerable<T>"
            or "System.Collections.Generic.IEnumerator<T>" or "System.Collections.Generic.IAsyncEnumerator<T>" or "System.Linq.IQueryable<T>" or "System.Linq.IOrderedEnumerable<T>")
        {
            return true;
        }

        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.ToDisplayString() == "System.IO.Stream")
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDisposable(ITypeSymbol type) =>
        type.ToDisplayString() is "System.IDisposable" or "System.IAsyncDisposable"
        || KnownTypes.Implements(type, "System.IDisposable") || KnownTypes.Implements(type, "System.IAsyncDisposable");

    private static IEnumerable<IMethodSymbol> Overridden(IMethodSymbol method)
    {
        for (var overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
        {
            yield return overridden;
        }
    }

    private static IMethodSymbol? ContractWithoutAttribute(IMethodSymbol method)
    {
        if (method.IsStatic || method.ContainingType.TypeKind == TypeKind.Interface)
        {
            return null;
        }

        if (method.OverriddenMethod is { } overridden && !Overridden(method).Any(static m => MethodParser.FindAttribute(m) is not null))
        {
            return overridden;
        }

        return method.ContainingType.AllInterfaces
            .SelectMany(static i => i.GetMembers().OfType<IMethodSymbol>())
            .FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(m), method)
                && MethodParser.FindAttribute(m) is null);
    }
}
