using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes the class behind a memoized method: its key, its call, its cache, and the way in.</summary>
internal static class HolderEmitter
{
    private const string Runtime = "global::Toolkit.Caching.Runtime.";

    public static void Emit(CodeWriter code, MethodModel method)
    {
        var signature = method.Signature;
        code.Open("namespace " + Names.GeneratedNamespace);
        code.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        code.Line("[global::System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverage]");
        code.Line(SourceHeader.Obsolete);
        code.Open((method.IsPublic ? "public" : "internal") + " static class " + signature.Holder + signature.TypeParameterList + signature.Constraints);
        EmitCache(code, method);
        EmitInvoke(code, method);
        EmitManagement(code, method);
        KeyEmitter.Emit(code, method);
        EmitCall(code, method);
        code.Close();
        if (method.Accessor.Length > 0)
        {
            code.Line("");
            code.Line(SourceHeader.Obsolete);
            code.Line(method.Accessor.TrimEnd('\n'));
        }

        code.Close();
    }

    private static void EmitCache(CodeWriter code, MethodModel method)
    {
        var type = method.IsPerInstance ? "InstanceCaches" : "MemoCache";
        var full = Runtime + type + "<Key, " + method.ValueType + ">";
        code.Open("private static readonly " + full + " Cache = " + full + ".Create(new " + Runtime + "MemoOptions");
        code.Line(method.Options.TrimEnd('\n'));
        code.Close(");");
    }

    private static void EmitInvoke(CodeWriter code, MethodModel method)
    {
        var signature = method.Signature;
        code.Line("");
        code.Open("public static " + signature.ReturnType + " Invoke(" + ParametersWithSelf(signature) + ")");
        if (method.IsShared && method.IsPerInstance)
        {
            code.Open("if (@this is " + Runtime + "IMemoizedDecorator)");
            code.Line("return " + Arguments(method, "") + ";");
            code.Close();
            code.Line("");
            code.Line("return InvokeWith(Cache.For(@this), " + string.Join(", ", signature.Parameters.Select(static p => p.Argument).Prepend("@this")) + ");");
            code.Close();
            code.Line("");
            code.Line($"internal static {CacheType(method)} CreateShared() => Cache.CreateShared();");
            code.Line("");
            code.Line($"internal static void Adopt(object decorator, {CacheType(method)} cache) => Cache.Adopt(decorator, cache);");
            code.Line("");
            code.Open($"internal static {signature.ReturnType} InvokeWith({CacheType(method)} memoCache, {ParametersWithSelf(signature)})");
        }

        code.Line("var memoKey = new Key(" + string.Join(", ", method.KeyFields.Select(static f => f.Source)) + ");");
        if (method.IsPerInstance && !method.IsShared)
        {
            code.Line("var memoCache = Cache.For(@this);");
        }

        var cache = method.IsPerInstance ? "memoCache" : "Cache";
        var call = "new Call(" + string.Join(", ", CallFields(method).Select(static f => f.Name)) + ")";
        var token = signature.Parameters.FirstOrDefault(static p => p.IsCancellationToken)?.Name ?? "default";
        code.Line(signature.Kind switch
        {
            CallKind.Sync => $"return {cache}.TryGet(memoKey, out var memoValue) ? memoValue : {cache}.Compute(memoKey, {call});",
            CallKind.Task => $"return {cache}.TryGetTask(memoKey, out var memoTask) ? memoTask : {cache}.ComputeTask(memoKey, {call}, {token});",
            _ => $"return {cache}.TryGet(memoKey, out var memoValue) ? new {signature.ReturnType}(memoValue) : {cache}.ComputeAsync(memoKey, {call}, {token});",
        });
        code.Close();
    }

    private static string CacheType(MethodModel method) => Runtime + "MemoCache<Key, " + method.ValueType + ">";

    private static void EmitManagement(CodeWriter code, MethodModel method)
    {
        const string Token = "global::System.Threading.CancellationToken cancellationToken";
        const string Removal = "global::System.Threading.Tasks.ValueTask<bool>";
        const string Info = "global::Toolkit.Caching.CacheInfo";
        var key = "new Key(" + string.Join(", ", method.KeyFields.Select(static f => f.Source)) + ")";
        var parameters = string.Join(", ", method.KeyParameters.Select(static p => p.Declaration));
        code.Line("");
        code.Line($"public static {Info} Info() => Cache.Info();");
        code.Line("");
        code.Line("public static void Clear() => Cache.Clear();");
        code.Line("");
        code.Line($"public static global::System.Threading.Tasks.ValueTask ClearAsync({Token}) => Cache.ClearAsync(cancellationToken);");
        if (method.IsPerInstance)
        {
            var self = method.Signature.ReceiverType + " @this";
            code.Line("");
            code.Line($"public static {Info} Info({self}) => Cache.For(@this).Info();");
            code.Line("");
            code.Line($"public static void Clear({self}) => Cache.For(@this).Clear();");
            code.Line("");
            code.Line($"public static bool Remove({self}{(parameters.Length > 0 ? ", " : "")}{parameters}) => Cache.For(@this).Remove({key});");
            code.Line("");
            code.Line($"public static {Removal} RemoveAsync({self}{(parameters.Length > 0 ? ", " : "")}{parameters}, {Token}) => Cache.For(@this).RemoveAsync({key}, cancellationToken);");
            return;
        }

        var receiver = method.KeyNeedsReceiver ? method.Signature.ReceiverType + " @this" + (parameters.Length > 0 ? ", " : "") : "";
        code.Line("");
        code.Line($"public static bool Remove({receiver}{parameters}) => Cache.Remove({key});");
        code.Line("");
        code.Line($"public static {Removal} RemoveAsync({receiver}{parameters}{(receiver.Length + parameters.Length > 0 ? ", " : "")}{Token}) => Cache.RemoveAsync({key}, cancellationToken);");
    }

    private static void EmitCall(CodeWriter code, MethodModel method)
    {
        var fields = CallFields(method).ToList();
        var isSync = method.Signature.Kind == CallKind.Sync;
        var onStack = fields.Any(static f => f.IsByRefLike);
        var contract = Runtime + (isSync ? "ISyncCall<" : "IAsyncCall<") + method.ValueType + ">";
        code.Line("");
        code.Open((onStack ? "private readonly ref struct Call(" : "private readonly struct Call(") + string.Join(", ", fields.Select(static f => f.Type + " " + f.Name)) + ") : " + contract);
        foreach (var field in fields)
        {
            code.Line($"private readonly {field.Type} _{field.Name.TrimStart('@')} = {field.Name};");
        }

        if (fields.Count > 0)
        {
            code.Line("");
        }

        var invoke = Arguments(method, "_");
        if (isSync)
        {
            code.Line($"public {method.ValueType} Invoke() => {invoke};");
            code.Line("");
            code.Line($"public global::System.Func<{method.ValueType}>? Defer() => {(onStack ? "null" : "Invoke")};");
        }
        else
        {
            var wrapped = method.Signature.Kind == CallKind.Task ? $"new global::System.Threading.Tasks.ValueTask<{method.ValueType}>({invoke})" : invoke;
            code.Line($"public global::System.Threading.Tasks.ValueTask<{method.ValueType}> InvokeAsync(global::System.Threading.CancellationToken cancellationToken) => {wrapped};");
        }

        code.Close();
    }

    // The token of the call is the computation's, not the caller's.
    private static IEnumerable<ParameterModel> CallFields(MethodModel method)
    {
        if (method.Signature.Receiver != ReceiverKind.None)
        {
            yield return new ParameterModel("@this", method.Signature.ReceiverType, "", false, false);
        }

        foreach (var parameter in method.Signature.Parameters)
        {
            if (!parameter.IsCancellationToken || method.Signature.Kind == CallKind.Sync)
            {
                yield return parameter;
            }
        }
    }

    private static string Arguments(MethodModel method, string prefix)
    {
        var signature = method.Signature;
        var fromCall = prefix.Length > 0;
        var arguments = signature.Parameters.Select(p =>
            !fromCall ? p.Argument
            : p.IsCancellationToken && signature.Kind != CallKind.Sync ? "cancellationToken"
            : (p.Modifier == "in " ? "in " : p.Modifier == "ref readonly " ? "in " : "") + prefix + p.Name.TrimStart('@')).ToList();
        var target = method.Target;
        if (method.Accessor.Length > 0)
        {
            arguments.Insert(0, signature.Receiver == ReceiverKind.None ? "null" : Self(signature, fromCall));
        }
        else if (target.StartsWith("@this.", StringComparison.Ordinal))
        {
            target = fromCall ? prefix + target.Substring(1) : target;
        }

        return target + "(" + string.Join(", ", arguments) + ")";
    }

    // An accessor takes a struct by reference; memoized methods of structs are readonly and change nothing through it.
    private static string Self(SignatureModel signature, bool fromCall)
    {
        var self = fromCall ? "_this" : "@this";
        return signature.Receiver == ReceiverKind.Struct ? "ref global::System.Runtime.CompilerServices.Unsafe.AsRef(in " + self + ")" : self;
    }

    private static string ParametersWithSelf(SignatureModel signature)
    {
        var parameters = signature.Parameters.Select(static p => p.Declaration);
        return string.Join(", ", signature.Receiver == ReceiverKind.None ? parameters : parameters.Prepend(signature.ReceiverType + " @this"));
    }
}
