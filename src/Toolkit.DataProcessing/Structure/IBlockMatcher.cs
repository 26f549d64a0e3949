namespace Toolkit.DataProcessing;

/// <summary>Finds the characters of a dialect in 64 bytes with one width of vectors; a structure, so that the kernel is compiled for each.</summary>
internal unsafe interface IBlockMatcher<TSelf>
    where TSelf : struct, IBlockMatcher<TSelf>
{
    /// <summary>A matcher for two characters.</summary>
    /// <param name="delimiter">The separator.</param>
    /// <param name="quote">The quote; equal to <paramref name="delimiter"/> where quotes are text (the kernel ignores it then).</param>
    static abstract TSelf Create(byte delimiter, byte quote);

    void Match(byte* block, out BlockMasks masks);
}
