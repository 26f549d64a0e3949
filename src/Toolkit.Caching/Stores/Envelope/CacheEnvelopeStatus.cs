namespace Toolkit.Caching.Stores;

/// <summary>What became of an envelope that was read.</summary>
internal enum CacheEnvelopeStatus
{
    /// <summary>The payload is what was written for this key.</summary>
    Intact,

    /// <summary>Not an envelope, or one of another format.</summary>
    Foreign,

    /// <summary>Written for another shape of the type.</summary>
    SchemaChanged,

    /// <summary>Damaged, or stored under another key.</summary>
    Corrupt,

    /// <summary>Not signed with the configured key.</summary>
    Forged,
}
