using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Decorators;

/// <summary>The generated decorators of interfaces with memoized methods, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MemoDecorators
{
    // Weak, so that a collectible load context can unload.
    private static readonly ConditionalWeakTable<Type, object> Decorators = [];

    /// <summary>Called by the module initializer of the assembly that declares <typeparamref name="TService"/>.</summary>
    /// <typeparam name="TService">The interface.</typeparam>
    /// <param name="createCaches">Makes the caches that all decorators of one container share.</param>
    /// <param name="decorate">Puts a decorator with these caches around an implementation.</param>
    public static void Register<TService>(Func<object> createCaches, Func<TService, object, TService> decorate)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(createCaches);
        ArgumentNullException.ThrowIfNull(decorate);
        Decorators.AddOrUpdate(typeof(TService), new Decorator<TService>(createCaches, decorate));
    }

    internal static Decorator<TService> Find<TService>()
        where TService : class
    {
        if (!Decorators.TryGetValue(typeof(TService), out var found))
        {
            // Nothing of that assembly may have run yet, its initializer included.
            RuntimeHelpers.RunModuleConstructor(typeof(TService).Module.ModuleHandle);
            if (!Decorators.TryGetValue(typeof(TService), out found))
            {
                throw new InvalidOperationException(
                    $"There is no generated decorator for {typeof(TService)}: mark methods of the interface with [Memoize] "
                    + "and reference Toolkit.Caching from the project that declares it. Of a generic interface, AddMemoized must be called with "
                    + "its type arguments written out.");
            }
        }

        return (Decorator<TService>)found;
    }

    internal sealed record Decorator<TService>(Func<object> CreateCaches, Func<TService, object, TService> Decorate);

    /// <summary>What a container keeps for all decorators of a service.</summary>
    internal sealed record Caches<TService>(object Value);
}
