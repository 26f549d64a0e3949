using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Toolkit.Caching.TestLibrary;

namespace Toolkit.Caching.Tests.Memory;

public class UnloadTests
{
    [Fact]
    public void LoadContext_WithMemoizedMethods_Unloads()
    {
        var context = UseAndUnload();
        for (var i = 0; i < 50 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(context.IsAlive);
        GC.KeepAlive(Memoized.All);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload()
    {
        // The library once more; Toolkit.Caching itself is the process's.
        var context = new AssemblyLoadContext("collectible", isCollectible: true);
        var assembly = context.LoadFromAssemblyPath(typeof(Library).Assembly.Location);
        var method = assembly.GetType(typeof(Library).FullName!)!.GetMethod(nameof(Library.TwiceFromWithin))!;
        Assert.NotEqual(typeof(Library), method.DeclaringType);
        Assert.Equal(14, method.Invoke(null, [7]));
        Assert.Equal(14, method.Invoke(null, [7]));
        context.Unload();
        return new WeakReference(context);
    }
}
