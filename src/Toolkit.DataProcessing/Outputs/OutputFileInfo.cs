namespace Toolkit.DataProcessing;

/// <summary>A file that a run wrote.</summary>
/// <param name="Path">Its path: relative to the output's folder, or the output itself.</param>
/// <param name="Records">The records in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Values">The values of the columns that name its folder, from the outermost.</param>
public sealed record OutputFileInfo(string Path, long Records, long Bytes, IReadOnlyList<string> Values);
