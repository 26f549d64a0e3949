namespace Toolkit.DataProcessing;

/// <summary>Paths with <c>*</c> and <c>?</c> in their last part, and <c>**</c> for any folders before it.</summary>
internal static class FileGlob
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>The files that a path stands for, sorted by their path (ordinal), so that a run's order does not depend on the file system.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.IndexOfAny(Wildcards) < 0)
        {
            if (Directory.Exists(path))
            {
                return FilesOf(path);
            }

            return File.Exists(path) ? [path] : throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        var folder = Path.GetDirectoryName(path);
        var recurse = folder is not null && Path.GetFileName(folder) == "**";
        folder = recurse ? Path.GetDirectoryName(folder) : folder;
        folder = string.IsNullOrEmpty(folder) ? "." : folder;
        if (folder.IndexOfAny(Wildcards) >= 0)
        {
            throw new ArgumentException($"'{path}': wildcards are for the file name, and '**' for the folder right before it.", nameof(path));
        }

        var found = Directory.Exists(folder)
            ? Directory.GetFiles(folder, Path.GetFileName(path), new EnumerationOptions { RecurseSubdirectories = recurse, MatchType = MatchType.Simple })
            : [];
        Array.Sort(found, StringComparer.Ordinal);
        return found.Length > 0 ? found : throw new FileNotFoundException($"No file fits '{path}'.", path);
    }

    /// <summary>As <see cref="Expand"/>, but a path may stand for no file.</summary>
    public static IReadOnlyList<string> ExpandOrNone(string path)
    {
        try
        {
            return Expand(path);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    // A folder stands for all files below it but those that data sets hide: names that begin with a dot or an underscore.
    private static string[] FilesOf(string folder)
    {
        var found = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '.' or '_'))
            .ToArray();
        Array.Sort(found, StringComparer.Ordinal);
        return found.Length > 0 ? found : throw new FileNotFoundException($"There is no file in the folder '{folder}'.", folder);
    }
}
