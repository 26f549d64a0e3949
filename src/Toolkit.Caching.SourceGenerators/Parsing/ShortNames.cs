using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Chooses the methods that have a name of their own in their namespace.</summary>
internal static class ShortNames
{
    public static IEnumerable<MethodModel> Choose(IReadOnlyCollection<MethodModel> methods)
    {
        foreach (var space in methods.GroupBy(static m => m.Namespace))
        {
            var types = new HashSet<string>(space.Select(static m => m.MemoTypes[0].Split(' ')[1].Split('<')[0]));
            foreach (var group in space.GroupBy(static m => m.MemoName))
            {
                // A generic type's method needs the type arguments, which only the long form has.
                if (group.Count() == 1 && !types.Contains(group.Key) && group.First() is { } method
                    && method.MethodTypeParameters.Count == method.Signature.TypeParameters.Count)
                {
                    yield return method;
                }
            }
        }
    }
}
