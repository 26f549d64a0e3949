using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes the decorator of an interface, the caches that the decorators of one container share, and their registration.</summary>
internal static class DecoratorEmitter
{
    private const string Runtime = "global::Toolkit.Caching.Runtime.";

    public static string Emit(DecoratorModel decorator)
    {
        var isGeneric = decorator.TypeParameters.Count > 0;
        var name = decorator.Name + (isGeneric ? "<" + string.Join(", ", decorator.TypeParameters) + ">" : "");
        var code = new CodeWriter();
        code.Line(SourceHeader.Text);
        code.Open("namespace " + Names.GeneratedNamespace);
        code.Line("[global::System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage]");
        code.Line(SourceHeader.Obsolete);
        if (isGeneric)
        {
            code.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        }

        code.Open($"{(isGeneric && decorator.IsPublic ? "public" : "internal")} sealed class {name} : {decorator.Interface}, {Runtime}IMemoizedDecorator{decorator.Constraints}");
        code.Line($"private readonly {decorator.Interface} _inner;");
        code.Line("private readonly Caches _caches;");
        code.Line("");
        code.Open($"private {decorator.Name}({decorator.Interface} inner, Caches caches)");
        code.Line("_inner = inner;");
        code.Line("_caches = caches;");
        for (var i = 0; i < decorator.Methods.Count; i++)
        {
            code.Line($"{decorator.Methods[i].Holder}.Adopt(this, caches.Cache{i});");
        }

        code.Close();
        code.Line("");
        if (isGeneric)
        {
            // A generic type can't initialize its module: the projects that use a construction register that.
            code.Line("public static void Register() =>");
        }
        else
        {
            code.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
            code.Line("internal static void Register() =>");
        }

        code.Line($"    global::Toolkit.Caching.Decorators.MemoDecorators.Register<{decorator.Interface}>(static () => new Caches(), static (inner, caches) => new {name}(inner, (Caches)caches));");
        foreach (var member in decorator.Members)
        {
            code.Line("");
            code.Line(member);
        }

        code.Line("");
        code.Line("private T Inner<T>() where T : class => (T)(object)_inner;");
        code.Line("");
        code.Open("internal sealed class Caches");
        for (var i = 0; i < decorator.Methods.Count; i++)
        {
            var method = decorator.Methods[i];
            code.Line($"internal readonly {Runtime}MemoCache<{method.Holder}.Key, {method.ValueType}> Cache{i} = {method.Holder}.CreateShared();");
        }

        code.Close();
        code.Close();
        code.Close();
        return code.ToString();
    }

    /// <summary>Registers the constructions of generic decorators that this project uses.</summary>
    public static string EmitConstructions(IEnumerable<string> decorators)
    {
        var code = new CodeWriter();
        code.Line(SourceHeader.Text);
        code.Open("namespace " + Names.GeneratedNamespace);
        code.Line(SourceHeader.Obsolete);
        code.Open("file static class Decorators");
        code.Line("[global::System.Runtime.CompilerServices.ModuleInitializer]");
        code.Open("internal static void Register()");
        foreach (var decorator in decorators)
        {
            code.Line("global::" + Names.GeneratedNamespace + "." + decorator + ".Register();");
        }

        code.Close();
        code.Close();
        code.Close();
        return code.ToString();
    }
}
