using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>Reads one member of a record type into its column.</summary>
internal sealed class ColumnReader(AttributeValues record, List<DiagnosticInfo> diagnostics)
{
    public ColumnModel? Read(ColumnMember member, INamedTypeSymbol owner)
    {
        var values = AttributeValues.Of(member.Attribute);
        var type = member.Type;
        var isNullable = type.NullableAnnotation == NullableAnnotation.Annotated;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
            isNullable = true;
        }

        var parser = values["Parser"] is { Kind: TypedConstantKind.Type, Value: INamedTypeSymbol named } ? named : null;
        var shape = parser is null ? TypeShape.Of(type) : TypeShape.Custom(type);
        if (shape.Kind == ValueKind.Unsupported)
        {
            Report(Diagnostics.UnsupportedType, member, member.Symbol.Name, member.Type.ToDisplayString());
            return null;
        }

        if (parser is not null && !Fits(parser, type))
        {
            Report(Diagnostics.InvalidParser, member, parser.Name, type.ToDisplayString(), member.Symbol.Name);
            return null;
        }

        var model = new ColumnModel(RecordReader.Escape(member.Symbol.Name), shape.TypeName, shape.Kind)
        {
            IsParameter = member.Symbol is IParameterSymbol,
            Readable = member.Property is { GetMethod: not null } ? RecordReader.Escape(member.Property.Name) : null,
            IsNullable = isNullable,
            IsValueType = type.IsValueType,
            Aliases = values.Texts("Aliases"),
            NullValues = values.Texts("NullValues"),
            Optional = values.Flag("Optional") ?? false,
            Format = values.Text("Format"),
            Culture = values.Text("Culture") ?? (shape.TakesCulture ? record.Text("Culture") : null),
            Pool = values.Flag("Pool") ?? (shape.Kind == ValueKind.String && (record.Flag("PoolStrings") ?? false)),
            Parser = parser?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            IsFlags = shape.IsFlags,
            EnumNames = shape.EnumNames,
            ValueType = shape.ValueType,
            Expected = shape.Expected,
            WriteAs = shape.WriteAs,
            IsFormattable = shape.IsFormattable,
        };
        model = WithPlace(model, values, member);
        CheckOptions(model, values, shape, member);
        return WithDefault(model, values, member, type);
    }

    private ColumnModel WithPlace(ColumnModel model, AttributeValues values, ColumnMember member)
    {
        var first = values.First;
        if (first is { Value: int index })
        {
            if (index < 0)
            {
                Report(Diagnostics.InvalidColumn, member, model.Member, "has a negative position");
            }

            return model with { ColumnName = member.Symbol.Name, Index = index };
        }

        if (first is { Value: string name })
        {
            if (name.Length == 0)
            {
                Report(Diagnostics.InvalidColumn, member, model.Member, "has an empty name");
            }

            return model with { ColumnName = name, HasExplicitName = true };
        }

        return model with { ColumnName = member.Symbol.Name };
    }

    private void CheckOptions(ColumnModel model, AttributeValues values, TypeShape shape, ColumnMember member)
    {
        if (model.Format is not null && shape.Kind != ValueKind.Date)
        {
            Report(Diagnostics.OptionWithoutEffect, member, "Format", model.Member, member.Type.ToDisplayString());
        }

        if (values.Text("Culture") is not null && !shape.TakesCulture)
        {
            Report(Diagnostics.OptionWithoutEffect, member, "Culture", model.Member, member.Type.ToDisplayString());
        }

        if (values.Flag("Pool") is true && shape.Kind != ValueKind.String)
        {
            Report(Diagnostics.OptionWithoutEffect, member, "Pool", model.Member, member.Type.ToDisplayString());
        }
    }

    private ColumnModel WithDefault(ColumnModel model, AttributeValues values, ColumnMember member, ITypeSymbol type)
    {
        if (values["Default"] is { IsNull: false } constant)
        {
            var parsed = DefaultValue.Of(constant, model, type);
            if (!parsed.IsValid)
            {
                Report(Diagnostics.InvalidDefault, member, string.Format(CultureInfo.InvariantCulture, "'{0}'", constant.Value), model.Member, type.ToDisplayString());
            }

            return model with { Default = parsed.Expression, DefaultText = parsed.Text, Optional = true };
        }

        if (member.Symbol is IParameterSymbol { HasExplicitDefaultValue: true } parameter)
        {
            return parameter.ExplicitDefaultValue is null
                ? model with { Default = $"default({model.Type}{(model.IsNullable ? "?" : "")})!", Optional = true }
                : model with { Default = DefaultValue.Literal(parameter.ExplicitDefaultValue, type), Optional = true };
        }

        return model;
    }

    private static bool Fits(INamedTypeSymbol parser, ITypeSymbol type) =>
        parser.DeclaredAccessibility != Accessibility.Private && parser.AllInterfaces.Any(i =>
            i.Name == "ICsvFieldParser"
            && i.ContainingNamespace.ToDisplayString() == "Toolkit.DataProcessing"
            && SymbolEqualityComparer.Default.Equals(i.TypeArguments[0], type));

    private void Report(DiagnosticDescriptor descriptor, ColumnMember member, params string[] arguments) =>
        diagnostics.Add(DiagnosticInfo.Create(descriptor, member.Symbol.Locations.FirstOrDefault(), arguments));
}
