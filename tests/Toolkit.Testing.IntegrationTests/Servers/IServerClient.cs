namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>A connection of the server's real client, reduced to what every server can do.</summary>
internal interface IServerClient : IAsyncDisposable
{
    /// <summary>Returns when the server has acknowledged the value.</summary>
    Task WriteAsync(string value, CancellationToken cancellationToken);

    /// <summary>Whether the server still holds <paramref name="value"/>.</summary>
    Task<bool> ContainsAsync(string value, CancellationToken cancellationToken);
}
