namespace Toolkit.DataProcessing;

/// <summary>Refuses runs whose files would be in each other's way.</summary>
internal static class OutputPlaces
{
    /// <summary>Looks at where a run reads and writes.</summary>
    /// <param name="path">The output.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <param name="source">What is read.</param>
    /// <param name="options">The quarantine and the checkpoint.</param>
    /// <exception cref="ArgumentException">Two of them are the same file, or one would be deleted with the folder that the output replaces.</exception>
    public static void Require(string path, bool isFolder, CsvSource source, RunOptions options)
    {
        var output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (options.BadRows.QuarantinePath is { } quarantine)
        {
            Require(!IsAt(quarantine, output, isFolder), path, isFolder, $"the quarantine '{quarantine}'");
        }

        if (options.CheckpointFolder is { } checkpoint)
        {
            Require(!IsAt(checkpoint, output, isFolder), path, isFolder, $"the checkpoint folder '{checkpoint}'");

            // Once the output has its name, the input would be another one: a run that is killed then could not go on.
            foreach (var input in source.Names)
            {
                Require(!IsAt(input, output, isFolder), path, isFolder, $"the input '{input}' of a run with a checkpoint");
            }
        }
    }

    /// <summary>Refuses a quarantine in the place of an input.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void RequireQuarantine(CsvSource source, RunOptions options)
    {
        if (options.BadRows.QuarantinePath is { } quarantine && source.Names.Any(input => IsAt(input, Path.GetFullPath(quarantine), isFolder: false)))
        {
            throw new ArgumentException($"The quarantine '{quarantine}' is an input: it would be replaced by its bad records.");
        }
    }

    private static bool IsAt(string path, string output, bool isFolder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return string.Equals(full, output, StringComparison.Ordinal)
            || (isFolder && full.StartsWith(Path.EndsInDirectorySeparator(output) ? output : output + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    private static void Require(bool holds, string path, bool isFolder, string what)
    {
        if (!holds)
        {
            throw new ArgumentException(isFolder
                ? $"The output '{path}' is a folder that is replaced as a whole: {what} can't be in it."
                : $"The output '{path}' can't be {what}.");
        }
    }
}
