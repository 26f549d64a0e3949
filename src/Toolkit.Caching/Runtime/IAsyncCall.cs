using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>A call of an asynchronous memoized method with its arguments, for generated code.</summary>
/// <typeparam name="TValue">What the method returns in the end.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IAsyncCall<TValue>
{
    /// <summary>Computes. The token is cancelled when no caller waits any longer.</summary>
    ValueTask<TValue> InvokeAsync(CancellationToken cancellationToken);
}
