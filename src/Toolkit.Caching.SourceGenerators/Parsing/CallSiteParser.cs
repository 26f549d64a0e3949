using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Finds the calls that go to a cache.</summary>
internal static class CallSiteParser
{
    public static CallSiteModel? Parse(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        var invocation = (InvocationExpressionSyntax)context.Node;
        if (context.SemanticModel.GetSymbolInfo(invocation, cancellationToken).Symbol is not IMethodSymbol called
            || MethodParser.Memoized(called) is not { } method
            || CallForms.Of(invocation, called, context.SemanticModel, cancellationToken) != CallForm.Interceptable)
        {
            return null;
        }

        var signature = SignatureParser.Parse(method);
        if (!signature.IsIntercepted || !HasHolder(method, signature, context.SemanticModel.Compilation))
        {
            return null;
        }

        var location = context.SemanticModel.GetInterceptableLocation(invocation, cancellationToken);
        return location is null
            ? null
            : new CallSiteModel(
                invocation.SyntaxTree.FilePath,
                location.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) + ", \"" + location.Data + "\"",
                location.GetDisplayLocation(),
                signature,
                called.ReducedFrom is not null || (!called.IsStatic && ExtensionBlocks.IsMember(called)));
    }

    /// <summary>The calls of each file together, so that an edit in one file writes that file's interceptors anew and no other's.</summary>
    public static IEnumerable<EquatableArray<CallSiteModel>> ByFile(ImmutableArray<CallSiteModel> calls)
    {
        // Two files with the same text (a file that is linked twice) have the same location: the compiler rejects both.
        var unique = calls.GroupBy(static c => LocationKey(c.Location)).Where(static g => g.Count() == 1).Select(static g => g.Single());
        return unique.GroupBy(static c => c.File).Select(static g => (EquatableArray<CallSiteModel>)g.ToImmutableArray());
    }

    /// <summary>Whether the class behind the method is there: in another assembly, whether the generator ran when it was built.</summary>
    public static bool HasHolder(IMethodSymbol method, SignatureModel signature, Compilation compilation)
    {
        if (!LanguageLevel.IsEnough(compilation))
        {
            return false;
        }

        if (SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, compilation.Assembly))
        {
            return MethodParser.Parse(method, compilation) is not null;
        }

        var arity = signature.TypeParameters.Count;
        var name = Names.GeneratedNamespace + "." + signature.Holder + (arity == 0 ? "" : "`" + arity.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return method.ContainingAssembly.GetTypeByMetadataName(name) is { } holder && compilation.IsSymbolAccessibleWithin(holder, compilation.Assembly);
    }

    // Checksum of the text (16 bytes) and position (4 bytes); the name of the file that follows is for display.
    private static string LocationKey(string location)
    {
        var data = location.Substring(location.IndexOf('"') + 1).TrimEnd('"');
        var bytes = Convert.FromBase64String(data);
        return Convert.ToBase64String(bytes, 0, Math.Min(20, bytes.Length));
    }
}
