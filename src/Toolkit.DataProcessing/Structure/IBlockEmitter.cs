namespace Toolkit.DataProcessing;

/// <summary>Turns the masks of one block into entries of the index. A structure, so that the kernel is compiled for each.</summary>
internal unsafe interface IBlockEmitter
{
    /// <summary>Appends an entry for each bit of <paramref name="ends"/>, and an ordinal for each of them that is in <paramref name="records"/>.</summary>
    /// <param name="ends">The separators and line ends outside quotes.</param>
    /// <param name="records">The line ends among them.</param>
    /// <param name="position">The position of the block in the buffer.</param>
    /// <param name="endTarget">The entries.</param>
    /// <param name="endCount">Their number; it grows.</param>
    /// <param name="rowTarget">The ordinals.</param>
    /// <param name="rowCount">Their number; it grows.</param>
    static abstract void Emit(ulong ends, ulong records, int position, int* endTarget, ref int endCount, int* rowTarget, ref int rowCount);
}
