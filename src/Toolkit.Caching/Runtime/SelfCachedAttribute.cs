using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>Marks a method whose generated body goes to the cache: its calls need no interceptor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method)]
public sealed class SelfCachedAttribute : Attribute;
