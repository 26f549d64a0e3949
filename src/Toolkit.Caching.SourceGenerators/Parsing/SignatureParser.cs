using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Reads from a method's definition what its callers have to know.</summary>
internal static class SignatureParser
{
    public static SignatureModel Parse(IMethodSymbol method)
    {
        var parameters = TypeFormat.TypeParameters(method).ToList();
        return new SignatureModel
        {
            Holder = HolderName.Of(method),
            TypeParameters = parameters.Select(static p => TypeFormat.Escape(p.Name)).ToImmutableArray(),
            Constraints = TypeFormat.Constraints(parameters),
            Kind = KindOf(method),
            Receiver = method.IsStatic ? ReceiverKind.None : method.ContainingType.IsValueType ? ReceiverKind.Struct : ReceiverKind.Object,
            ReceiverType = method.IsStatic ? "" : TypeFormat.Name(method.ContainingType),
            ReturnType = TypeFormat.Name(method.ReturnType),
            Parameters = method.Parameters.Select(ParameterOf).ToImmutableArray(),
            IsIntercepted = !IsPartial(method),
            IsInterface = method.ContainingType.TypeKind == TypeKind.Interface,
        };
    }

    public static CallKind KindOf(IMethodSymbol method) => method.ReturnType.OriginalDefinition switch
    {
        INamedTypeSymbol { Name: "Task", Arity: 1 } type when IsInTasks(type) => CallKind.Task,
        INamedTypeSymbol { Name: "ValueTask", Arity: 1 } type when IsInTasks(type) => CallKind.ValueTask,
        _ => CallKind.Sync,
    };

    /// <summary>What the method returns, without its task.</summary>
    public static ITypeSymbol ValueTypeOf(IMethodSymbol method) =>
        KindOf(method) == CallKind.Sync ? method.ReturnType : ((INamedTypeSymbol)method.ReturnType).TypeArguments[0];

    public static bool IsCancellationToken(ITypeSymbol type) =>
        type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    /// <summary>A partial method without a body of its own, in source or compiled from one (which the generator marks).</summary>
    public static bool IsPartial(IMethodSymbol method) =>
        method.IsPartialDefinition
            ? method.PartialImplementationPart is null || IsMarked(method.PartialImplementationPart)
            : IsMarked(method);

    private static bool IsMarked(IMethodSymbol method) => MethodParser.HasAttribute(method, Names.SelfCachedAttribute);

    private static bool IsInTasks(ITypeSymbol type) =>
        type.ContainingNamespace is { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    private static ParameterModel ParameterOf(IParameterSymbol parameter)
    {
        var modifier = parameter.RefKind switch
        {
            RefKind.In => "in ",
            RefKind.RefReadOnlyParameter => "ref readonly ",
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            _ => parameter.ScopedKind == ScopedKind.ScopedValue ? "scoped " : "",
        };
        return new ParameterModel(GeneratedNames.OfParameter(parameter), TypeFormat.Name(parameter.Type), modifier, IsCancellationToken(parameter.Type), parameter.Type.IsRefLikeType);
    }
}
