namespace Toolkit.DataProcessing;

/// <summary>What happens to records with another number of fields than the header.</summary>
public enum RaggedRows
{
    /// <summary>They are bad records.</summary>
    Reject,

    /// <summary>Those that are too short are taken: typed records read the missing fields as empty. Longer ones are bad.</summary>
    Pad,

    /// <summary>Those that are too long are taken without what is too much. Shorter ones are bad.</summary>
    Truncate,

    /// <summary>All are taken as they are.</summary>
    Keep,

    /// <summary>All are taken: those that are too short as with <see cref="Pad"/>, those that are too long as with <see cref="Truncate"/>.</summary>
    Fit,
}
