using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Makes the model of a decorator out of its interface.</summary>
internal static class DecoratorParser
{
    public static DecoratorModel? Parse(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.TypeKind != TypeKind.Interface || type.ContainingType is { IsGenericType: true } || !TargetParser.IsReachable(type))
        {
            return null;
        }

        var members = type.AllInterfaces.Prepend(type).SelectMany(static i => i.GetMembers()).ToList();
        if (members.Any(static m => m.IsStatic && m.IsAbstract))
        {
            return null;
        }

        List<DecoratedMethod> methods = [];
        List<string> texts = [];
        foreach (var member in members.Where(static m => !m.IsStatic && m.DeclaredAccessibility != Accessibility.Private))
        {
            var text = member switch
            {
                IMethodSymbol { MethodKind: MethodKind.Ordinary } method => Method(method, methods, compilation),
                IPropertySymbol property => Property(property),
                IEventSymbol @event => $"event {TypeFormat.Name(@event.Type)} {TypeFormat.Name(@event.ContainingType)}.{TypeFormat.Escape(@event.Name)} {{ add => Inner<{TypeFormat.Name(@event.ContainingType)}>().{TypeFormat.Escape(@event.Name)} += value; remove => Inner<{TypeFormat.Name(@event.ContainingType)}>().{TypeFormat.Escape(@event.Name)} -= value; }}",
                _ => "",
            };
            if (text.Length > 0)
            {
                texts.Add(text);
            }
        }

        return methods.Count == 0 ? null : new DecoratorModel
        {
            Name = NameOf(type),
            TypeParameters = type.TypeParameters.Select(static p => TypeFormat.Escape(p.Name)).ToImmutableArray(),
            Constraints = TypeFormat.Constraints(type.TypeParameters),
            IsPublic = MethodParser.IsVisibleOutside(type),
            Interface = TypeFormat.Name(type),
            Methods = methods.ToImmutableArray(),
            Members = texts.ToImmutableArray(),
        };
    }

    /// <summary>The name of the decorator of an interface, without namespace and type arguments.</summary>
    public static string NameOf(INamedTypeSymbol type) =>
        "Memoized_" + type.Name + "_" + HolderName.Hash(type.OriginalDefinition.GetDocumentationCommentId() ?? type.Name).ToString("x8", CultureInfo.InvariantCulture);

    private static string Method(IMethodSymbol method, List<DecoratedMethod> methods, Compilation compilation)
    {
        var signature = SignatureParser.Parse(method);
        var typeArguments = method.TypeParameters.Length == 0 ? "" : "<" + string.Join(", ", method.TypeParameters.Select(static p => TypeFormat.Escape(p.Name))) + ">";
        var owner = TypeFormat.Name(method.ContainingType);
        var by = method.ReturnsByRefReadonly ? "ref readonly " : method.ReturnsByRef ? "ref " : "";
        var head = $"{by}{signature.ReturnType} {owner}.{TypeFormat.Escape(method.Name)}{typeArguments}({string.Join(", ", signature.Parameters.Select(static p => p.Declaration))}){ImplementedConstraints(method)}";
        var inner = $"Inner<{owner}>()";
        var arguments = string.Join(", ", signature.Parameters.Select(Argument));
        var isHere = SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, compilation.Assembly);
        if (isHere && MethodParser.Parse(method.OriginalDefinition, compilation) is { } model)
        {
            var selfAnd = arguments.Length > 0 ? inner + ", " + arguments : inner;
            var holder = HolderOf(method, model.Signature);
            if (method.IsGenericMethod || !model.IsPerInstance)
            {
                return $"{head} => {holder}.Invoke({selfAnd});";
            }

            methods.Add(new DecoratedMethod(holder, TypeFormat.Name(SignatureParser.ValueTypeOf(method))));
            return $"{head} => {holder}.InvokeWith(_caches.Cache{methods.Count - 1}, {selfAnd});";
        }

        return $"{head} => {(by.Length > 0 ? "ref " : "")}{inner}.{TypeFormat.Escape(method.Name)}{typeArguments}({arguments});";
    }

    // Of a method that an interface inherits with type arguments, these stand for its parameters.
    private static string HolderOf(IMethodSymbol method, SignatureModel signature)
    {
        var arguments = method.ContainingType.TypeArguments.Concat(method.TypeArguments).Select(TypeFormat.Name).ToList();
        return "global::" + Names.GeneratedNamespace + "." + signature.Holder + (arguments.Count == 0 ? "" : "<" + string.Join(", ", arguments) + ">");
    }

    // An explicit implementation inherits its constraints, but has to say what T? means.
    private static string ImplementedConstraints(IMethodSymbol method) =>
        string.Concat(method.TypeParameters.Select(static p =>
            " where " + TypeFormat.Escape(p.Name) + (p.IsReferenceType ? " : class" : p.IsValueType ? " : struct" : " : default")));

    private static string Property(IPropertySymbol property)
    {
        var owner = TypeFormat.Name(property.ContainingType);
        var inner = $"Inner<{owner}>()";
        var parameters = property.Parameters.Select(static p => TypeFormat.Name(p.Type) + " " + TypeFormat.Escape(p.Name));
        var access = property.IsIndexer ? inner + "[" + string.Join(", ", property.Parameters.Select(static p => TypeFormat.Escape(p.Name))) + "]" : inner + "." + TypeFormat.Escape(property.Name);
        var name = property.IsIndexer ? $"{owner}.this[{string.Join(", ", parameters)}]" : $"{owner}.{TypeFormat.Escape(property.Name)}";
        var get = property.GetMethod is null ? "" : $" get => {access};";
        var set = property.SetMethod is null ? "" : property.SetMethod.IsInitOnly ? $" init => throw new global::System.NotSupportedException();" : $" set => {access} = value;";
        return $"{TypeFormat.Name(property.Type)} {name} {{{get}{set} }}";
    }

    private static string Argument(ParameterModel parameter) => parameter.Modifier switch
    {
        "ref " => "ref " + parameter.Name,
        "out " => "out " + parameter.Name,
        "in " or "ref readonly " => "in " + parameter.Name,
        _ => parameter.Name,
    };
}
