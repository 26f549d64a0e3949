using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MetaConnectionTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // In pieces of any length; the kernel may join them, so many lengths and two rounds.
    [Fact]
    public async Task Execute_AnswersComeInPieces_AreTheSame()
    {
        var large = new string('x', 40_000);
        var answer = Encoding.ASCII.GetBytes($"VALUE a 0 3\r\n\r\n1\r\nVALUE c 0 0\r\n\r\nVALUE d 0 {large.Length}\r\n{large}\r\nVALUE e 0 2\r\nyz\r\nEND\r\n");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = listener.AcceptSocketAsync(Cancellation);
        using var connection = await MetaConnection.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, TimeProvider.System, Cancellation);
        using var server = await accepting;
        server.NoDelay = true;
        var buffer = new byte[1000];
        for (var piece = 1; piece < 60; piece++)
        {
            var request = new MetaRequest().Retrieve("a"u8).Retrieve("b"u8).Retrieve("c"u8).Retrieve("d"u8).Retrieve("e"u8);
            var executing = connection.ExecuteAsync(request, Bound, Cancellation).AsTask();
            Assert.Equal("get a b c d e\r\n", Encoding.ASCII.GetString(buffer, 0, await server.ReceiveAsync(buffer, Cancellation)));
            var head = Math.Min(answer.Length, 10 * piece);
            for (var sent = 0; sent < answer.Length;)
            {
                // The start and the end in small pieces; what lies between in two.
                var length = sent < head || sent > answer.Length - head ? piece : (answer.Length - sent + 1) / 2;
                sent += await server.SendAsync(answer.AsMemory(sent, Math.Min(length, answer.Length - sent)), Cancellation);
                await Task.Yield();
            }

            var answers = await executing;
            Assert.Equal(
                ["\r\n1", null, "", large, "yz"],
                answers.Select(one => one.Value is { } value ? Encoding.ASCII.GetString(value) : null));
        }
    }
}
