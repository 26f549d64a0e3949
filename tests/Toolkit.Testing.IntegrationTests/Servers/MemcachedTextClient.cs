using System.Net.Sockets;
using System.Text;

namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>The text protocol of memcached over one connection.</summary>
internal sealed class MemcachedTextClient : IServerClient
{
    private readonly TcpClient _connection = new() { NoDelay = true };
    private StreamReader? _reader;

    public async Task ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        await _connection.ConnectAsync(host, port, cancellationToken);
        _reader = new StreamReader(_connection.GetStream(), Encoding.ASCII);
    }

    public async Task WriteAsync(string value, CancellationToken cancellationToken)
    {
        await SendAsync($"set {Key(value)} 0 0 {value.Length}\r\n{value}\r\n", cancellationToken);
        Assert.Equal("STORED", await _reader!.ReadLineAsync(cancellationToken));
    }

    public async Task<bool> ContainsAsync(string value, CancellationToken cancellationToken)
    {
        await SendAsync($"get {Key(value)}\r\n", cancellationToken);
        var found = false;
        while (await _reader!.ReadLineAsync(cancellationToken) is { } line && line != "END")
        {
            found |= line == value;
        }

        return found;
    }

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Key(string value) => value.Replace(' ', '-');

    private ValueTask SendAsync(string text, CancellationToken cancellationToken) =>
        _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
}
