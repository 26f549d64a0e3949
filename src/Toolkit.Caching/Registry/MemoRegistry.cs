using Toolkit.Caching.Diagnostics;

namespace Toolkit.Caching.Registry;

/// <summary>
/// Every cache of the process, whichever assembly declares its method. Weak, so that a collectible load context can unload:
/// what holds a cache is the generated class of its method.
/// </summary>
internal static class MemoRegistry
{
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<MemoizedMethod>> Methods = [];

    public static void Add(MemoizedMethod method)
    {
        MethodMetrics.Publish();
        lock (Gate)
        {
            Methods.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Methods.Add(new WeakReference<MemoizedMethod>(method));
        }
    }

    public static List<MemoizedMethod> All()
    {
        lock (Gate)
        {
            List<MemoizedMethod> all = new(Methods.Count);
            foreach (var reference in Methods)
            {
                if (reference.TryGetTarget(out var method))
                {
                    all.Add(method);
                }
            }

            return all;
        }
    }
}
