using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes the interceptors of one file: a method for each memoized method that the file calls, with a location a call.</summary>
internal static class InterceptorEmitter
{
    public static string Emit(IReadOnlyList<CallSiteModel> calls)
    {
        var code = new CodeWriter();
        code.Line(SourceHeader.Text);
        code.Open("namespace System.Runtime.CompilerServices");
        code.Line("[global::System.AttributeUsage(global::System.AttributeTargets.Method, AllowMultiple = true)]");
        code.Line("file sealed class InterceptsLocationAttribute(int version, string data) : global::System.Attribute;");
        code.Close();
        code.Line("");
        code.Open("namespace " + Names.GeneratedNamespace);
        code.Line(SourceHeader.Obsolete);
        code.Open("file static class Interceptors");
        var index = 0;
        foreach (var group in calls.GroupBy(static c => (c.Signature, c.IsReduced)))
        {
            if (index > 0)
            {
                code.Line("");
            }

            foreach (var call in group)
            {
                code.Line($"[global::System.Runtime.CompilerServices.InterceptsLocation({call.Location})] // {call.Position}");
            }

            EmitMethod(code, group.Key.Signature, group.Key.IsReduced, index++);
        }

        code.Close();
        code.Close();
        return code.ToString();
    }

    private static void EmitMethod(CodeWriter code, SignatureModel signature, bool isReduced, int index)
    {
        var self = signature.Receiver switch
        {
            ReceiverKind.None => "",
            ReceiverKind.Struct => "this in " + signature.ReceiverType + " @this",
            _ => "this " + signature.ReceiverType + " @this",
        };
        var parameters = signature.Parameters.Select((p, i) => (isReduced && i == 0 ? "this " : "") + p.Declaration);
        var arguments = signature.Parameters.Select(static p => p.Argument);
        if (self.Length > 0)
        {
            parameters = parameters.Prepend(self);
            arguments = arguments.Prepend("@this");
        }

        code.Line($"internal static {signature.ReturnType} Call{index}{signature.TypeParameterList}({string.Join(", ", parameters)}){signature.Constraints} =>");
        code.Line($"    {signature.HolderReference}.Invoke({string.Join(", ", arguments)});");
    }
}
