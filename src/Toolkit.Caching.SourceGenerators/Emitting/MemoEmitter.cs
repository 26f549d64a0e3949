using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes what people use: <c>Memo.Type.Method.Info()</c> and so on, in the namespace of the method's type.</summary>
internal static class MemoEmitter
{
    /// <summary>The form that always works: <c>Memo.Type.Method</c>.</summary>
    public static void Emit(CodeWriter code, MethodModel method) => Emit(code, method, method.MemoTypes);

    /// <summary>The short form <c>Memo.Method</c>, for a method whose name no other in the namespace has.</summary>
    public static void EmitShort(CodeWriter code, MethodModel method) => Emit(code, method, default);

    private static void Emit(CodeWriter code, MethodModel method, EquatableArray<string> types)
    {
        if (method.Namespace.Length > 0)
        {
            code.Open("namespace " + method.Namespace);
        }

        // Left out where nothing needs to be seen outside: the parts of one class have to agree, and those that say nothing always do.
        var visibility = !method.IsMemoClassInternal && method.MemoTypes[0].StartsWith("public ", StringComparison.Ordinal) ? "public " : "";
        code.Line("/// <summary>The caches of the memoized methods of this namespace.</summary>");
        code.Open(visibility + "static partial class " + method.MemoClass);
        foreach (var type in types)
        {
            code.Line("/// <summary>The caches of the memoized methods of this type.</summary>");
            code.Open(type.Insert(type.IndexOf(' '), " static partial class"));
        }

        EmitMethod(code, method);
        foreach (var _ in types)
        {
            code.Close();
        }

        code.Close();
        if (method.Namespace.Length > 0)
        {
            code.Close();
        }
    }

    private static void EmitMethod(CodeWriter code, MethodModel method)
    {
        const string Info = "global::Toolkit.Caching.CacheInfo";
        var signature = method.Signature;
        var holder = signature.HolderReference;
        var generic = method.MethodTypeParameters.Count == 0 ? "" : "<" + string.Join(", ", method.MethodTypeParameters) + ">";
        code.Line($"/// <summary>The cache of {method.MemoName}.</summary>");
        if (method.IsObsolete)
        {
            code.Line(SourceHeader.Obsolete);
        }

        code.Open((method.IsPublic ? "public" : "internal") + " static class " + method.MemoName + generic + method.MethodConstraints);
        code.Line("/// <summary>What the cache has done; of instance methods the sum over all instances.</summary>");
        code.Line($"public static {Info} Info() => {holder}.Info();");
        code.Line("");
        code.Line("/// <summary>Removes every result.</summary>");
        code.Line($"public static void Clear() => {holder}.Clear();");
        code.Line("");
        var self = method.IsPerInstance || method.KeyNeedsReceiver ? signature.ReceiverType + " @this" : "";
        if (method.IsPerInstance)
        {
            code.Line("/// <summary>What the cache of one instance has done.</summary>");
            code.Line($"public static {Info} Info({self}) => {holder}.Info(@this);");
            code.Line("");
            code.Line("/// <summary>Removes every result of one instance.</summary>");
            code.Line($"public static void Clear({self}) => {holder}.Clear(@this);");
            code.Line("");
        }

        code.Line("/// <summary>Removes the result for these arguments; false when there was none.</summary>");
        code.Line($"public static bool Remove({Join(self, method.KeyParameters.Select(static p => p.Declaration))}) => {holder}.Remove({Join(self.Length > 0 ? "@this" : "", method.KeyParameters.Select(static p => p.Argument))});");
        code.Line("");
        const string Token = "global::System.Threading.CancellationToken cancellationToken";
        code.Line("/// <summary>The same, and waits for the store behind the memory.</summary>");
        code.Line($"public static global::System.Threading.Tasks.ValueTask<bool> RemoveAsync({Join(self, method.KeyParameters.Select(static p => p.Declaration).Append(Token))}) => {holder}.RemoveAsync({Join(self.Length > 0 ? "@this" : "", method.KeyParameters.Select(static p => p.Argument).Append("cancellationToken"))});");
        code.Line("");
        code.Line("/// <summary>Removes every result, and waits for the store behind the memory.</summary>");
        code.Line($"public static global::System.Threading.Tasks.ValueTask ClearAsync({Token}) => {holder}.ClearAsync(cancellationToken);");
        code.Line("");
        code.Line("/// <summary>The cached method, for use as a delegate.</summary>");
        var invokeSelf = signature.Receiver == ReceiverKind.None ? "" : signature.ReceiverType + " @this";
        code.Line($"public static {signature.ReturnType} Invoke({Join(invokeSelf, signature.Parameters.Select(static p => p.Declaration))}) => {holder}.Invoke({Join(invokeSelf.Length > 0 ? "@this" : "", signature.Parameters.Select(static p => p.Argument))});");
        code.Close();
    }

    private static string Join(string first, IEnumerable<string> rest) =>
        string.Join(", ", first.Length > 0 ? rest.Prepend(first) : rest);
}
