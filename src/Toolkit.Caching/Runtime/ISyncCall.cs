using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>A call of a memoized method with its arguments, for generated code.</summary>
/// <typeparam name="TValue">What the method returns.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISyncCall<TValue>
{
    /// <summary>Computes.</summary>
    TValue Invoke();

    /// <summary>The same call on the heap, for another thread; <see langword="null"/> where an argument lives on the stack.</summary>
    Func<TValue>? Defer();
}
