using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// Just enough HTTP for the sample: file N has N + 1 KB; every fifth answers 503 the first time, every eleventh not at all.
/// </summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private Task _accepting = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    public static DemoServer Start()
    {
        var server = new DemoServer();
        server._listener.Start();
        server.Address = new Uri($"http://{server._listener.LocalEndpoint}/");
        server._accepting = server.AcceptAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (var reader = new StreamReader(client.GetStream(), Encoding.ASCII))
            {
                while (await reader.ReadLineAsync(_end.Token) is { } request)
                {
                    while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 })
                    {
                    }

                    await AnswerAsync(client.GetStream(), request.Split(' ')[1].TrimStart('/'));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has given up, or the sample is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string path)
    {
        var isFirst = _requests.AddOrUpdate(path, 1, (_, count) => count + 1) == 1;
        if (!path.StartsWith("files/", StringComparison.Ordinal))
        {
            await WriteAsync(stream, "404 Not Found", 0);
            return;
        }

        var number = int.Parse(path["files/".Length..]);
        if (isFirst && number % 11 == 10)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        await Task.Delay(10, _end.Token);
        await (isFirst && number % 5 == 4
            ? WriteAsync(stream, "503 Service Unavailable", 0)
            : WriteAsync(stream, "200 OK", (number + 1) * 1024));
    }

    private async Task WriteAsync(NetworkStream stream, string status, int length)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n"), _end.Token);
        await stream.WriteAsync(new byte[length], _end.Token);
    }
}
