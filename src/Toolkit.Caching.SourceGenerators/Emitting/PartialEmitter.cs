using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Writes the body of a memoized partial method into its type.</summary>
internal static class PartialEmitter
{
    public static void Emit(CodeWriter code, MethodModel method)
    {
        if (method.PartialMember.Length == 0)
        {
            return;
        }

        if (method.Namespace.Length > 0)
        {
            code.Open("namespace " + method.Namespace);
        }

        code.Line(method.PartialMember);
        if (method.Namespace.Length > 0)
        {
            code.Close();
        }

        code.Line("");
    }
}
