using Microsoft.CodeAnalysis;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>How generated code calls the method itself.</summary>
internal static class TargetParser
{
    public static TargetText Parse(IMethodSymbol method, SignatureModel signature, MemoizeSettings settings)
    {
        if (!signature.IsIntercepted)
        {
            return PartialParser.Parse(method, signature, settings);
        }

        var typeParameters = method.TypeParameters.Select(static p => TypeFormat.Escape(p.Name)).ToList();
        var typeArguments = typeParameters.Count == 0 ? "" : "<" + string.Join(", ", typeParameters) + ">";
        if (IsReachable(method))
        {
            return signature.Receiver == ReceiverKind.None
                ? new TargetText(TypeFormat.Name(method.ContainingType) + ".@" + method.Name + typeArguments, "", "", [])
                : new TargetText("@this.@" + method.Name + typeArguments, "", "", []);
        }

        return Access(method, signature, method.Name, typeArguments);
    }

    /// <summary>Whether code elsewhere in the assembly may call the method.</summary>
    public static bool IsReachable(ISymbol method)
    {
        for (var symbol = method; symbol is IMethodSymbol or INamedTypeSymbol; symbol = symbol.ContainingType)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }

        return true;
    }

    // A private method is reached without reflection and without the method having to be opened for everyone.
    private static TargetText Access(IMethodSymbol method, SignatureModel signature, string name, string typeArguments)
    {
        var type = method.ContainingType;
        var accessor = signature.Holder + "_Access" + TypeArguments(TypeFormat.ContainingTypes(method).SelectMany(static t => t.TypeParameters));
        var isNamed = !type.IsStatic && IsReachable(type);
        var receiver = isNamed
            ? (type.IsValueType ? "ref " : "") + TypeFormat.Name(type) + (type.IsValueType ? " @this" : method.IsStatic ? "? @this" : " @this")
            : "[global::System.Runtime.CompilerServices.UnsafeAccessorType(\"" + ReflectionName(type) + ", " + type.ContainingAssembly.Name + "\")] object? @this";
        var parameters = string.Concat(signature.Parameters.Select(static p => ", " + p.Declaration));
        var kind = method.IsStatic ? "StaticMethod" : "Method";
        var declaration =
            $"[global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.{kind}, Name = \"{name}\")]\n"
            + $"internal static extern {signature.ReturnType} Call{typeArguments}({receiver}{parameters}){TypeFormat.Constraints(method.TypeParameters)};";
        var types = TypeFormat.Constraints(TypeFormat.ContainingTypes(method).SelectMany(static t => t.TypeParameters));
        return new TargetText(
            "global::" + Names.GeneratedNamespace + "." + accessor + ".Call" + typeArguments,
            "internal static class " + accessor + types + "\n{\n" + declaration + "\n}\n",
            "",
            []);
    }

    private static string TypeArguments(IEnumerable<ITypeParameterSymbol> parameters)
    {
        var names = parameters.Select(static p => TypeFormat.Escape(p.Name)).ToList();
        return names.Count == 0 ? "" : "<" + string.Join(", ", names) + ">";
    }

    private static string ReflectionName(INamedTypeSymbol type)
    {
        if (type.ContainingType is not null)
        {
            return ReflectionName(type.ContainingType) + "+" + type.MetadataName;
        }

        return type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : MemoClass.Metadata(type.ContainingNamespace) + "." + type.MetadataName;
    }
}
