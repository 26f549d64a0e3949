namespace Toolkit.DataProcessing;

/// <summary>Paths with <c>*</c> and <c>?</c> in any of their parts, and <c>**</c> for any folders.</summary>
internal static class FileGlob
{
    private const string AnyFolders = "**";

    private static readonly char[] s_wildcards = ['*', '?'];
    private static readonly char[] s_separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    // A folder that can't be read fails the run: its files must not be missing without a word.
    private static readonly EnumerationOptions s_here = new() { MatchType = MatchType.Simple, IgnoreInaccessible = false };
    private static readonly EnumerationOptions s_below = new() { MatchType = MatchType.Simple, IgnoreInaccessible = false, RecurseSubdirectories = true };

    /// <summary>The files that a path stands for, sorted by their path (ordinal), so that a run's order does not depend on the file system.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return [path];
        }

        if (path.IndexOfAny(s_wildcards) < 0)
        {
            return Directory.Exists(path) ? FilesOf(path) : throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        var found = Matches(path);
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

    private static string[] Matches(string path)
    {
        // All before the part with the first wildcard is a folder as it stands.
        var split = path.LastIndexOfAny(s_separators, path.IndexOfAny(s_wildcards));
        var root = split < 0 ? "." : path[..(split + 1)];
        var parts = path[(split + 1)..].Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> folders = [root];
        foreach (var part in parts[..^1])
        {
            folders = folders.Where(Directory.Exists).SelectMany(folder => Folders(folder, part)).Distinct(StringComparer.Ordinal).ToArray();
        }

        var found = folders.Where(Directory.Exists)
            .SelectMany(folder => parts[^1] == AnyFolders ? Directory.EnumerateFiles(folder, "*", s_below) : Directory.EnumerateFiles(folder, parts[^1], s_here))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }

    private static IEnumerable<string> Folders(string folder, string part) =>
        part == AnyFolders ? Directory.EnumerateDirectories(folder, "*", s_below).Prepend(folder)
        : part.IndexOfAny(s_wildcards) >= 0 ? Directory.EnumerateDirectories(folder, part, s_here)
        : [Path.Combine(folder, part)];

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
