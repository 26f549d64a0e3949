using Xunit;

namespace Toolkit.Testing.Servers;

/// <summary>
/// One server for all tests of an assembly (<c>[assembly: AssemblyFixture(typeof(SharedServer&lt;RedisServer&gt;))]</c>)
/// or of a class. It starts with the first test that asks for it: a run that is filtered to others starts nothing.
/// </summary>
public sealed class SharedServer<TServer> : IAsyncLifetime
    where TServer : class, ITestServer, new()
{
    private readonly SemaphoreSlim _starting = new(1);
    private TServer? _server;
    private Exception? _failure;

    /// <summary>The started server. Skips the calling test where the server is missing on this machine.</summary>
    public async Task<TServer> GetAsync(CancellationToken cancellationToken = default)
    {
        RequiredServer.Check(TServer.Requirement);
        await _starting.WaitAsync(cancellationToken);
        try
        {
            // A server that does not start fails each test with the same message at once, not each after its own wait.
            return _failure is { } failure
                ? throw new ServerException(failure.Message, failure)
                : _server ??= await RequiredServer.StartAsync<TServer>(cancellationToken);
        }
        catch (ServerException failure)
        {
            _failure ??= failure;
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _starting.Dispose();
    }
}
