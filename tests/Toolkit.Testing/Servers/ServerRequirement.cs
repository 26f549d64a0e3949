namespace Toolkit.Testing.Servers;

/// <summary>What a server needs on this machine. <paramref name="Missing"/> is null where all is there.</summary>
/// <param name="Server">The server's name, as its project spells it.</param>
/// <param name="Missing">What was not found; null if nothing is missing.</param>
/// <param name="Remedy">The one command that brings it.</param>
public sealed record ServerRequirement(string Server, string? Missing, string Remedy)
{
    /// <summary>The command that installs the servers which come from the system's packages.</summary>
    public const string InstallCommand = "./eng/install-servers.sh";

    /// <summary>Whether the server can be started here.</summary>
    public bool IsAvailable => Missing is null;

    /// <summary>Why a test that needs the server is skipped; null where it can run.</summary>
    public string? SkipReason => IsAvailable ? null : $"{Server} is missing ({Missing}). To bring it: {Remedy}";
}
