namespace Toolkit.Caching;

/// <summary>Whether results in a store that another build of the code computed are used.</summary>
public enum CodeFingerprint
{
    /// <summary>They are; only <see cref="MemoizeAttribute.Version"/> tells results apart.</summary>
    None,

    /// <summary>Only while the text of the memoized method itself is the same (without comments and white space); what it calls does not count.</summary>
    Method,

    /// <summary>Only those of the very same build of the assembly that declares the method.</summary>
    Assembly,
}
