using System.Diagnostics;

namespace Toolkit.DataProcessing;

/// <summary>Tells a delegate from another one, as far as that goes: by its method, and the version of the module where it has one.</summary>
internal static class DelegateName
{
    public static string Of(Delegate target)
    {
        var method = DiagnosticMethodInfo.Create(target);
        return $"{method?.DeclaringTypeName}.{method?.Name} {target.Target?.GetType().Module.ModuleVersionId}";
    }
}
