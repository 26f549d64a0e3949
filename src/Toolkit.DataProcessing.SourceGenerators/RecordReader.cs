using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>Reads a [CsvRecord] type into its model.</summary>
internal static class RecordReader
{
    public static RecordResult Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var syntax = (TypeDeclarationSyntax)context.TargetNode;
        var diagnostics = new List<DiagnosticInfo>();
        var model = Read(type, syntax, context.Attributes[0], diagnostics, cancellationToken);
        return new RecordResult(diagnostics.Count == 0 ? model : null, new EquatableArray<DiagnosticInfo>([.. diagnostics]));
    }

    private static RecordModel? Read(INamedTypeSymbol type, TypeDeclarationSyntax syntax, AttributeData attribute, List<DiagnosticInfo> diagnostics, CancellationToken cancellationToken)
    {
        if (!CheckDeclaration(type, syntax, diagnostics))
        {
            return null;
        }

        var constructor = FindConstructor(type, out var hasParameterless);
        if (constructor is null && !hasParameterless)
        {
            diagnostics.Add(DiagnosticInfo.Create(Diagnostics.NoConstructor, syntax.Identifier.GetLocation(), type.Name));
            return null;
        }

        var reader = new ColumnReader(AttributeValues.Of(attribute), diagnostics);
        var columns = new List<ColumnModel>();
        foreach (var member in Members(type, constructor))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Read(member, type) is { } column)
            {
                columns.Add(column);
            }
        }

        if (columns.Count == 0 && diagnostics.Count == 0)
        {
            diagnostics.Add(DiagnosticInfo.Create(Diagnostics.NoColumns, syntax.Identifier.GetLocation(), type.Name));
        }

        CheckDuplicates(columns, syntax, diagnostics);
        return new RecordModel(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            Escape(type.Name),
            new EquatableArray<string>(Declarations(type)),
            HintName(type),
            new EquatableArray<ColumnModel>([.. columns]));
    }

    /// <summary>A name that is also a keyword needs its @ in code.</summary>
    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static bool CheckDeclaration(INamedTypeSymbol type, TypeDeclarationSyntax syntax, List<DiagnosticInfo> diagnostics)
    {
        for (SyntaxNode? node = syntax; node is TypeDeclarationSyntax declaration; node = node.Parent)
        {
            if (!declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                diagnostics.Add(DiagnosticInfo.Create(Diagnostics.NotPartial, declaration.Identifier.GetLocation(), declaration.Identifier.Text));
                return false;
            }
        }

        var reason =
            type.IsAbstract ? "abstract or static" :
            type.IsRefLikeType ? "a ref struct" :
            type.IsFileLocal ? "local to its file" :
            IsGeneric(type) ? "generic, or inside a generic type" :
            null;
        if (reason is null)
        {
            return true;
        }

        diagnostics.Add(DiagnosticInfo.Create(Diagnostics.UnsupportedDeclaration, syntax.Identifier.GetLocation(), type.Name, reason));
        return false;
    }

    private static bool IsGeneric(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.TypeParameters.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The primary constructor, or else the only one with parameters; null where the type is made without arguments.</summary>
    private static IMethodSymbol? FindConstructor(INamedTypeSymbol type, out bool hasParameterless)
    {
        var constructors = type.InstanceConstructors
            .Where(c => c.DeclaredAccessibility != Accessibility.Private || !c.IsImplicitlyDeclared)
            .Where(c => !(c.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(c.Parameters[0].Type, type)))
            .ToArray();
        hasParameterless = type.IsValueType || constructors.Any(c => c.Parameters.Length == 0);
        var withParameters = constructors.Where(c => c.Parameters.Length > 0).ToArray();
        var primary = withParameters.FirstOrDefault(c => c.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax));
        if (primary is not null || withParameters.Length == 1)
        {
            return primary ?? withParameters[0];
        }

        return null;
    }

    private static IEnumerable<ColumnMember> Members(INamedTypeSymbol type, IMethodSymbol? constructor)
    {
        var properties = type.GetMembers().OfType<IPropertySymbol>().Where(p => !p.IsStatic && !p.IsIndexer && !p.IsImplicitlyDeclared || IsPositional(p)).ToArray();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in constructor?.Parameters ?? ImmutableArray<IParameterSymbol>.Empty)
        {
            taken.Add(parameter.Name);
            var property = properties.FirstOrDefault(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
            yield return new ColumnMember(parameter, parameter.Type, property);
        }

        foreach (var property in properties)
        {
            if (property.SetMethod is { DeclaredAccessibility: not Accessibility.Private }
                && !taken.Contains(property.Name)
                && property.Name != "EqualityContract"
                && AttributeValues.Find(property, "CsvIgnoreAttribute") is null)
            {
                yield return new ColumnMember(property, property.Type, property);
            }
        }
    }

    private static bool IsPositional(IPropertySymbol property) =>
        property is { IsStatic: false, IsIndexer: false } && property.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is ParameterSyntax);

    private static void CheckDuplicates(List<ColumnModel> columns, TypeDeclarationSyntax syntax, List<DiagnosticInfo> diagnostics)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            for (var j = i + 1; j < columns.Count; j++)
            {
                var same = columns[i].Index >= 0
                    ? columns[i].Index == columns[j].Index
                    : columns[j].Index < 0 && columns[i].ColumnName == columns[j].ColumnName;
                if (same)
                {
                    var column = columns[i].Index >= 0 ? $"at position {columns[i].Index}" : $"'{columns[i].ColumnName}'";
                    diagnostics.Add(DiagnosticInfo.Create(Diagnostics.DuplicateColumn, syntax.Identifier.GetLocation(), columns[i].Member, columns[j].Member, column));
                }
            }
        }
    }

    private static ImmutableArray<string> Declarations(INamedTypeSymbol type)
    {
        var declarations = new List<string>();
        for (var current = type; current is not null; current = current.ContainingType)
        {
            var kind = (current.IsRecord, current.TypeKind) switch
            {
                (true, TypeKind.Struct) => "record struct",
                (true, _) => "record",
                (_, TypeKind.Struct) => "struct",
                (_, TypeKind.Interface) => "interface",
                _ => "class",
            };
            declarations.Insert(0, $"partial {kind} {Escape(current.Name)}");
        }

        return [.. declarations];
    }

    private static string HintName(INamedTypeSymbol type)
    {
        var name = new StringBuilder();
        foreach (var character in type.ToDisplayString())
        {
            name.Append(char.IsLetterOrDigit(character) || character is '.' or '_' ? character : '_');
        }

        return name.Append(".CsvRecord.g.cs").ToString();
    }
}

/// <summary>A parameter or property that a column goes to, and the property that the value can be read from again.</summary>
internal sealed class ColumnMember(ISymbol symbol, ITypeSymbol type, IPropertySymbol? property)
{
    public ISymbol Symbol { get; } = symbol;

    public ITypeSymbol Type { get; } = type;

    public IPropertySymbol? Property { get; } = property;

    public AttributeData? Attribute =>
        AttributeValues.Find(Symbol, "CsvColumnAttribute") ?? (Property is null ? null : AttributeValues.Find(Property, "CsvColumnAttribute"));
}
