using System.ComponentModel;

namespace Toolkit.Caching.Runtime;

/// <summary>What a <see cref="MemoizeAttribute"/> says, checked and parsed at build time; for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record MemoOptions
{
    /// <summary>Identifies the method across processes: assembly and documentation id.</summary>
    public required string Id { get; init; }

    /// <summary>The cache's name in metrics and configuration, with the containing type's: <c>Namespace.Type.Method</c>.</summary>
    public required string Name { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.Capacity"/>
    public int Capacity { get; init; } = MemoizeDefaults.Capacity;

    /// <inheritdoc cref="MemoizeAttribute.Policy"/>
    public EvictionPolicy Policy { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.TimeToLive"/>
    public TimeSpan? TimeToLive { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.Sliding"/>
    public TimeSpan? Sliding { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.RefreshAhead"/>
    public TimeSpan? RefreshAhead { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.StaleIfError"/>
    public TimeSpan? StaleIfError { get; init; }

    /// <inheritdoc cref="MemoizeAttribute.Store"/>
    public string? Store { get; init; }

    /// <summary>The tags without a placeholder.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>Whether keys have further tags, made of arguments.</summary>
    public bool HasKeyTags { get; init; }

    /// <summary>Version and fingerprint, as part of the key in a store.</summary>
    public string Version { get; init; } = "";

    /// <inheritdoc cref="MemoizeAttribute.Nulls"/>
    public NullPolicy Nulls { get; init; }

    /// <summary>Whether results are cached at all; configuration can say no.</summary>
    public bool Enabled { get; init; } = true;

    internal bool NeedsChecks => TimeToLive is not null || Sliding is not null || Tags.Length > 0 || HasKeyTags;
}
