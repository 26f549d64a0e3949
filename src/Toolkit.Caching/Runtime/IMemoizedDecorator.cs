using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>Marks a generated decorator: calls through it are cached already.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMemoizedDecorator;
