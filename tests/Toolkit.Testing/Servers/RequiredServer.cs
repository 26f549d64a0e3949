using Xunit;

namespace Toolkit.Testing.Servers;

/// <summary>Starts servers inside tests, or says why a test cannot run.</summary>
public static class RequiredServer
{
    /// <summary>With this environment variable at 1 a missing server fails its tests instead of skipping them.</summary>
    public const string RequireVariable = "TOOLKIT_REQUIRE_SERVERS";

    /// <summary>Skips the running test where <paramref name="requirement"/> is not met; fails it where skips are not allowed.</summary>
    public static void Check(ServerRequirement requirement) =>
        Check(requirement, Environment.GetEnvironmentVariable(RequireVariable) == "1");

    /// <inheritdoc cref="Check(ServerRequirement)"/>
    internal static void Check(ServerRequirement requirement, bool required)
    {
        if (requirement.SkipReason is not { } reason)
        {
            return;
        }

        if (required)
        {
            Assert.Fail($"{reason} ({RequireVariable}=1 makes this a failure)");
        }

        Assert.Skip(reason);
    }

    /// <summary>A started server of the test's own, to be disposed by it.</summary>
    public static Task<TServer> StartAsync<TServer>(CancellationToken cancellationToken = default)
        where TServer : ITestServer, new() => StartAsync(new TServer(), cancellationToken);

    /// <summary>Starts <paramref name="server"/>, which is disposed if that fails.</summary>
    public static async Task<TServer> StartAsync<TServer>(TServer server, CancellationToken cancellationToken = default)
        where TServer : ITestServer
    {
        Check(TServer.Requirement);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
