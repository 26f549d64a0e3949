using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The members of a type that count in a key.</summary>
internal static class KeyMembers
{
    /// <summary>Those with <c>[CacheKey]</c>, inherited ones first.</summary>
    public static List<(ITypeSymbol Type, string Name)> Marked(ITypeSymbol type)
    {
        List<(ITypeSymbol, string)> members = [];
        for (var current = type; current is not null; current = current.BaseType)
        {
            members.InsertRange(0, current.GetMembers().Where(static m => MethodParser.HasAttribute(m, Names.CacheKeyAttribute)).Select(Member));
        }

        return members;
    }

    /// <summary>A marked member that generated code can't read, or null.</summary>
    public static string? Unreadable(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers().FirstOrDefault(static m => MethodParser.HasAttribute(m, Names.CacheKeyAttribute)
                && (m.IsStatic || m.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal
                    || m is IPropertySymbol { GetMethod: null })) is { } member)
            {
                return member.Name;
            }
        }

        return null;
    }

    /// <summary>What a record compares: its instance properties that hold something, and its fields.</summary>
    public static List<(ITypeSymbol Type, string Name)> OfRecord(ITypeSymbol type) =>
        type.GetMembers()
            .Where(static m => m is { IsStatic: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal, IsImplicitlyDeclared: false }
                && (m is IPropertySymbol { IsIndexer: false, GetMethod: not null } || m is IFieldSymbol { AssociatedSymbol: null })
                && m.Name != "EqualityContract")
            .Select(Member)
            .ToList();

    /// <summary>Whether someone can change the record, or a collection that it compares by reference, after it was made.</summary>
    public static bool IsMutableRecord(ITypeSymbol type) =>
        (type.IsRecord && OfRecord(type).Any(static m => KnownTypes.IsMutableCollection(m.Type)))
        || HasSetters(type);

    private static bool HasSetters(ITypeSymbol type) =>
        type is { IsRecord: true, IsValueType: false }
        && type.GetMembers().Any(static m => m is IPropertySymbol { IsStatic: false, SetMethod: { IsInitOnly: false } } or IFieldSymbol { IsStatic: false, IsReadOnly: false, AssociatedSymbol: null, IsConst: false });

    private static (ITypeSymbol, string) Member(ISymbol member) =>
        (member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type, member.Name);
}
