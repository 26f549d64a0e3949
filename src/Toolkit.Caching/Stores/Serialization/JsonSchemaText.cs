using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Toolkit.Caching.Stores;

/// <summary>
/// Describes a JSON contract: every reachable type with its members. A member added, removed, renamed or retyped changes the
/// text, so that entries of the older shape are misses.
/// </summary>
internal static class JsonSchemaText
{
    public static string Describe(JsonTypeInfo typeInfo)
    {
        if (typeInfo.Type == typeof(object))
        {
            throw new NotSupportedException("Values of type object come back from JSON as another type: give the result its type, or register an ICacheSerializer of your own.");
        }

        var text = new StringBuilder("json:");
        Append(typeInfo, text, []);
        return text.ToString();
    }

    private static void Append(JsonTypeInfo typeInfo, StringBuilder text, HashSet<Type> seen)
    {
        if (typeInfo.PolymorphismOptions is not null)
        {
            throw new NotSupportedException(
                $"The type {typeInfo.Type} is serialised polymorphically. A cached value says nothing about which types to create: "
                + "cache a type without [JsonDerivedType], or register an ICacheSerializer of your own.");
        }

        // Type.ToString has neither assembly versions nor a culture, unlike FullName of a generic type.
        text.Append(typeInfo.Type).Append(';');
        if (!seen.Add(typeInfo.Type))
        {
            return;
        }

        if (typeInfo.Kind == JsonTypeInfoKind.Object)
        {
            AppendMembers(typeInfo, text, seen);
        }
        else if (typeInfo.ElementType is { } element)
        {
            AppendType(typeInfo, typeInfo.KeyType, text, seen);
            AppendType(typeInfo, element, text, seen);
        }
    }

    private static void AppendMembers(JsonTypeInfo typeInfo, StringBuilder text, HashSet<Type> seen)
    {
        if (typeInfo.Properties.Count == 0 && typeInfo.Type.IsValueType)
        {
            // A tuple's items are fields, which a context leaves out unless told: every value would come back as default.
            throw new NotSupportedException(
                $"The type {typeInfo.Type} has no members that JSON would store. For tuples and structs with fields set "
                + "IncludeFields = true in the context's [JsonSourceGenerationOptions], or return a record.");
        }

        text.Append('{');
        foreach (var property in typeInfo.Properties.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            text.Append(property.Name).Append(property.IsRequired ? '!' : ':');
            AppendType(typeInfo, property.PropertyType, text, seen);
        }

        text.Append('}');
    }

    private static void AppendType(JsonTypeInfo owner, Type? type, StringBuilder text, HashSet<Type> seen)
    {
        if (type is null)
        {
            return;
        }

        if (type == typeof(object))
        {
            throw new NotSupportedException(
                $"The type {owner.Type} holds values of type object, which come back from JSON as another type. Give the member its "
                + "type, or register an ICacheSerializer of your own.");
        }

        if (owner.Options.TryGetTypeInfo(type, out var typeInfo))
        {
            Append(typeInfo, text, seen);
        }
        else
        {
            text.Append(type).Append(';');
        }
    }
}
