namespace Toolkit.Testing.Processes;

/// <summary>Where a program is.</summary>
public static class Executable
{
    // Debian puts servers into sbin, which is not on every user's PATH.
    private static readonly string[] s_extraFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin", "/opt/homebrew/sbin"];

    /// <summary>The full path of <paramref name="name"/> on the PATH or in a folder for servers; null if it is nowhere.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(s_extraFolders)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
