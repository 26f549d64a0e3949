using System.Globalization;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes the key of a memoized method: a struct with one field for each part, compared field by field.</summary>
internal static class KeyEmitter
{
    private const string KeyParts = "global::Toolkit.Caching.Runtime.KeyParts";
    private const string Writer = "global::Toolkit.Caching.Stores.CacheKeyWriter";

    public static void Emit(CodeWriter code, MethodModel method)
    {
        var fields = method.KeyFields;
        foreach (var writer in method.ContentWriters)
        {
            EmitContent(code, writer);
        }

        code.Line("");
        code.Open((method.IsShared ? "internal" : "private") + " readonly struct Key(" + string.Join(", ", fields.Select(static (f, i) => f.Type + " p" + i)) + ") : global::Toolkit.Caching.Runtime.IMemoKey<Key>");
        for (var i = 0; i < fields.Count; i++)
        {
            code.Line($"private readonly {fields[i].Type} _p{i} = p{i};");
        }

        code.Line("");
        code.Line("public bool Equals(Key other) => " + (fields.Count == 0 ? "true" : string.Join(" && ", fields.Select(Equality))) + ";");
        code.Line("");
        code.Line("public override bool Equals(object? obj) => obj is Key other && Equals(other);");
        code.Line("");
        EmitHash(code, fields);
        code.Line("");
        EmitWrite(code, fields);
        code.Line("");
        code.Line("public string[] GetTags() => " + (method.KeyTags.Count == 0 ? "[]" : "[" + string.Join(", ", method.KeyTags) + "]") + ";");
        code.Close();
    }

    private static void EmitContent(CodeWriter code, ContentWriterModel content)
    {
        code.Line("");
        code.Open($"private static global::Toolkit.Caching.Runtime.ContentKey {content.Name}({content.Parameter})");
        code.Line($"var writer = default({Writer});");
        code.Open("try");
        code.Line(content.Write);
        code.Line("return new global::Toolkit.Caching.Runtime.ContentKey(ref writer);");
        code.Close();
        code.Open("finally");
        code.Line("writer.Dispose();");
        code.Close();
        code.Close();
    }

    private static void EmitWrite(CodeWriter code, EquatableArray<KeyFieldModel> fields)
    {
        code.Open($"public void WriteKey(ref {Writer} writer)");
        for (var i = 0; i < fields.Count; i++)
        {
            code.Line(fields[i].Write.Length == 0
                ? $"throw new global::System.NotSupportedException(\"{fields[i].Type} has no canonical form for a key in a store.\");"
                : fields[i].Write.Replace("{0}", "_p" + i.ToString(CultureInfo.InvariantCulture)));
        }

        code.Close();
    }

    private static string Equality(KeyFieldModel field, int i) => field.Kind switch
    {
        KeyKind.Operator => $"_p{i} == other._p{i}",
        KeyKind.String => $"string.Equals(_p{i}, other._p{i})",
        _ => $"{KeyParts}.Same(_p{i}, other._p{i})",
    };

    private static void EmitHash(CodeWriter code, EquatableArray<KeyFieldModel> fields)
    {
        if (fields.Count < 2)
        {
            code.Line("public override int GetHashCode() => " + (fields.Count == 0 ? "0" : Hash(fields[0], 0)) + ";");
            return;
        }

        code.Open("public override int GetHashCode()");
        code.Open("unchecked");
        code.Line("var hash = " + Hash(fields[0], 0) + ";");
        for (var i = 1; i < fields.Count; i++)
        {
            code.Line($"hash = (hash * -1521134295) + {Hash(fields[i], i)};");
        }

        code.Line("return hash;");
        code.Close();
        code.Close();
    }

    private static string Hash(KeyFieldModel field, int i) => field.Kind switch
    {
        KeyKind.Operator => $"_p{i}.GetHashCode()",
        KeyKind.String => $"(_p{i}?.GetHashCode() ?? 0)",
        _ => $"{KeyParts}.Hash(_p{i})",
    };
}
