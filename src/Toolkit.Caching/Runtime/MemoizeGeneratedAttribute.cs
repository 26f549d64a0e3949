using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>Marks an assembly whose memoized methods the generator has seen.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MemoizeGeneratedAttribute : Attribute;
