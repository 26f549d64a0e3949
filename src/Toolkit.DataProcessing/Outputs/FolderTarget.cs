namespace Toolkit.DataProcessing;

/// <summary>The folder that an output takes the place of: it is replaced as a whole, so that nothing else may be in it.</summary>
internal static class FolderTarget
{
    /// <summary>Refuses a folder with files that no output has written.</summary>
    /// <exception cref="IOException">There is one.</exception>
    public static void RequireReplaceable(string path, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!IsOfDataSet(Path.GetFileName(file)))
            {
                throw new IOException(
                    $"The folder '{path}' holds '{Path.GetRelativePath(folder, file)}', which is no file of a data set: an output replaces its folder as a whole, and that would be lost. Write to a folder of its own, or move the file.");
            }
        }
    }

    // What we, Spark and DuckDB call the files of a data set.
    private static bool IsOfDataSet(string name) =>
        name.StartsWith("part-", StringComparison.Ordinal) || name.StartsWith("data_", StringComparison.Ordinal)
        || name is OutputManifest.FileName or "_SUCCESS" || name.EndsWith(".crc", StringComparison.Ordinal);
}
