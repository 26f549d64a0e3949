using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Toolkit.Caching.SourceGenerators.Diagnostics;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Makes the model of a memoized method out of its symbol.</summary>
internal static class MethodParser
{
    /// <summary>The model, or null where something is wrong, which the analyzer then says.</summary>
    public static MethodModel? Parse(IMethodSymbol method, Compilation compilation) => ParseFully(method, compilation)?.Model;

    /// <summary>The model and all that there is to say; null when the method is not memoized.</summary>
    public static ParsedMethod? ParseFully(IMethodSymbol method, Compilation compilation)
    {
        method = ExtensionBlocks.Resolve(method);
        if (FindAttribute(method) is not { } attribute)
        {
            return null;
        }

        if (LanguageLevel.Missing(method, compilation) is { } version)
        {
            return new ParsedMethod(null, [new Issue(Rules.OldLanguage, method, method.Name, version, LanguageLevel.Text(compilation))]);
        }

        var settings = new MemoizeSettings(attribute);
        List<Issue> issues = [.. DeclarationChecks.Check(method), .. OptionChecks.Check(method, settings)];
        if (issues.Any(static i => i.Rule == Rules.WrongDeclaration || i.Rule == Rules.NoResult))
        {
            return new ParsedMethod(null, issues);
        }

        var signature = SignatureParser.Parse(method);
        var key = new KeyParser(method, settings, signature, compilation);
        key.Parse();
        var tags = key.ParseTags();
        var target = TargetParser.Parse(method, signature, settings);
        issues.AddRange(key.Issues);
        issues.AddRange(target.Issues);
        return new ParsedMethod(issues.Any(static i => i.IsError) ? null : Model(method, settings, signature, key, tags, target), issues);
    }

    private static MethodModel Model(IMethodSymbol method, MemoizeSettings settings, SignatureModel signature, KeyParser key, List<string> tags, TargetText target) => new()
    {
        Signature = signature,
        IsPublic = IsVisibleOutside(method),
        IsObsolete = Obsoletion.Concerns(method),
        Namespace = method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
        MemoTypes = TypeFormat.ContainingTypes(method).Select(static t => (IsVisibleOutside(t) ? "public " : "internal ") + TypeFormat.Escape(t.Name) + TypeParameterList(t.TypeParameters) + TypeFormat.Constraints(t.TypeParameters)).ToImmutableArray(),
        MemoClass = MemoClass.NameOf(method),
        IsMemoClassInternal = MemoClass.IsInternal(method.ContainingAssembly),
        MemoName = TypeFormat.Escape(settings.Name ?? DefaultName(method)),
        MethodConstraints = TypeFormat.Constraints(method.TypeParameters),
        MethodTypeParameters = method.TypeParameters.Select(static p => TypeFormat.Escape(p.Name)).ToImmutableArray(),
        ValueType = TypeFormat.Name(SignatureParser.ValueTypeOf(method)),
        Target = target.Expression,
        Accessor = target.Accessor,
        PartialMember = target.PartialMember,
        IsPerInstance = signature.Receiver == ReceiverKind.Object && settings.Scope == 0 && !key.HasIdentity,
        KeyFields = key.Fields.Fields.ToImmutableArray(),
        ContentWriters = key.Fields.Writers.ToImmutableArray(),
        IsShared = signature.IsInterface,
        KeyParameters = key.Parameters.ToImmutableArray(),
        KeyNeedsReceiver = signature.Receiver == ReceiverKind.Struct && settings.Scope == 0 || key.HasIdentity,
        Options = OptionsParser.Parse(method, settings),
        KeyTags = tags.ToImmutableArray(),
    };

    /// <summary>The method with the attribute that a call of <paramref name="method"/> goes to, or null.</summary>
    public static IMethodSymbol? Memoized(IMethodSymbol method)
    {
        var definition = (method.ReducedFrom ?? method).OriginalDefinition;
        definition = ExtensionBlocks.Resolve(definition.PartialDefinitionPart ?? definition);
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
        parameters.IsEmpty ? "" : "<" + string.Join(", ", parameters.Select(static p => TypeFormat.Escape(p.Name))) + ">";

    // An overload is named after its parameters, so that adding one never changes what another's name means.
    private static string DefaultName(IMethodSymbol method)
    {
        var overloads = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Count(m => FindAttribute(m) is not null);
        return overloads < 2 ? GeneratedNames.OfCache(method.Name) : method.Name + string.Concat(method.Parameters.Select(static p => NameOf(p.Type)));
    }

    private static string NameOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => NameOf(array.ElementType) + "Array",
        INamedTypeSymbol { IsGenericType: true } named => named.Name + "Of" + string.Concat(named.TypeArguments.Select(NameOf)),
        _ => type.Name.Length > 0 ? type.Name : "Arg" + ((int)type.TypeKind).ToString(CultureInfo.InvariantCulture),
    };
}
