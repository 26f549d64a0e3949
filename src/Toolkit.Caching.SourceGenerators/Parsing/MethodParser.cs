using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Makes the model of a memoized method out of its symbol.</summary>
internal static class MethodParser
{
    public static MethodModel? Parse(IMethodSymbol method, Compilation compilation)
    {
        if (FindAttribute(method) is not { } attribute || method.MethodKind != MethodKind.Ordinary)
        {
            return null;
        }

        var settings = new MemoizeSettings(attribute);
        var signature = SignatureParser.Parse(method);
        List<KeyFieldModel> fields = [];
        List<ParameterModel> keyParameters = [];
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            if (signature.Parameters[i].IsCancellationToken || HasAttribute(method.Parameters[i], Names.CacheIgnoreAttribute))
            {
                continue;
            }

            keyParameters.Add(signature.Parameters[i]);
            if (!KeyFieldParser.TryParse(method.Parameters[i].Type, signature.Parameters[i].Name, fields))
            {
                return null;
            }
        }

        var target = TargetParser.Parse(method, signature);
        return new MethodModel
        {
            Signature = signature,
            IsPublic = IsVisibleOutside(method),
            Namespace = method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
            MemoTypes = TypeFormat.ContainingTypes(method).Select(static t => (IsVisibleOutside(t) ? "public " : "internal ") + t.Name + TypeParameterList(t.TypeParameters)).ToImmutableArray(),
            MemoClass = "Memo",
            MemoName = settings.Name ?? DefaultName(method),
            MethodTypeParameters = method.TypeParameters.Select(static p => p.Name).ToImmutableArray(),
            ValueType = TypeFormat.Name(SignatureParser.ValueTypeOf(method)),
            Target = target.Expression,
            Accessor = target.Accessor,
            IsPerInstance = signature.Receiver == ReceiverKind.Object && settings.Scope == 0,
            KeyFields = fields.ToImmutableArray(),
            KeyParameters = keyParameters.ToImmutableArray(),
            Options = OptionsParser.Parse(method, settings),
            KeyTags = ImmutableArray<string>.Empty,
        };
    }

    /// <summary>The method with the attribute that a call of <paramref name="method"/> goes to, or null.</summary>
    public static IMethodSymbol? Memoized(IMethodSymbol method)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        definition = definition.PartialDefinitionPart ?? definition;
        return definition.MethodKind == MethodKind.Ordinary && FindAttribute(definition) is not null ? definition : null;
    }

    public static AttributeData? FindAttribute(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "MemoizeAttribute" } type && type.ToDisplayString() == Names.MemoizeAttribute)
            {
                return attribute;
            }
        }

        return null;
    }

    public static bool HasAttribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == name);

    public static bool IsVisibleOutside(ISymbol member)
    {
        for (var symbol = member; symbol is IMethodSymbol or INamedTypeSymbol; symbol = symbol.ContainingType)
        {
            if (symbol.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }

    private static string TypeParameterList(ImmutableArray<ITypeParameterSymbol> parameters) =>
        parameters.IsEmpty ? "" : "<" + string.Join(", ", parameters.Select(static p => p.Name)) + ">";

    // An overload is named after its parameters, so that adding one never changes what another's name means.
    private static string DefaultName(IMethodSymbol method)
    {
        var overloads = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Count(m => FindAttribute(m) is not null);
        return overloads < 2 ? method.Name : method.Name + string.Concat(method.Parameters.Select(static p => NameOf(p.Type)));
    }

    private static string NameOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => NameOf(array.ElementType) + "Array",
        INamedTypeSymbol { IsGenericType: true } named => named.Name + "Of" + string.Concat(named.TypeArguments.Select(NameOf)),
        _ => type.Name.Length > 0 ? type.Name : "Arg" + ((int)type.TypeKind).ToString(CultureInfo.InvariantCulture),
    };
}
