using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC013: returns the read-only interface of the collection.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ReadOnlyResultFix() : MemoizeFix("TKC013")
{
    private const string Collections = "global::System.Collections.Generic.";

    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Method is not { } method || place.Model.GetDeclaredSymbol(method, place.CancellationToken) is not { } symbol)
        {
            return null;
        }

        // A task of a list is no task of a read-only list; only an async method makes one out of what it returns.
        var isTask = symbol.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 1 };
        var returned = isTask ? ((INamedTypeSymbol)symbol.ReturnType).TypeArguments[0] : symbol.ReturnType;
        if (ReadOnly(returned) is not { } type || (isTask && !symbol.IsAsync))
        {
            return null;
        }

        var old = isTask ? method.ReturnType.DescendantNodesAndSelf().OfType<GenericNameSyntax>().First().TypeArgumentList.Arguments[0] : method.ReturnType;
        var fresh = SyntaxFactory.ParseTypeName(type).WithTriviaFrom(old).WithAdditionalAnnotations(Simplifier.Annotation);
        return FixOffer.Replace("Return a read-only collection", place, old, fresh);
    }

    private static string? ReadOnly(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => Collections + "IReadOnlyList<" + Name(array.ElementType) + ">",
        INamedTypeSymbol { Name: "List" or "IList", Arity: 1 } list => Collections + "IReadOnlyList<" + Name(list.TypeArguments[0]) + ">",
        INamedTypeSymbol { Name: "ICollection", Arity: 1 } collection => Collections + "IReadOnlyCollection<" + Name(collection.TypeArguments[0]) + ">",
        INamedTypeSymbol { Name: "HashSet" or "ISet" or "SortedSet", Arity: 1 } set => Collections + "IReadOnlySet<" + Name(set.TypeArguments[0]) + ">",
        INamedTypeSymbol { Name: "Dictionary" or "IDictionary" or "SortedDictionary", Arity: 2 } map => Collections + "IReadOnlyDictionary<" + Name(map.TypeArguments[0]) + ", " + Name(map.TypeArguments[1]) + ">",
        _ => null,
    };

    private static string Name(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));
}
