using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

/// <summary>A real server on the loopback.</summary>
public sealed class HttpServerTests
{
    private static readonly byte[] s_bytes = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i},\"x\ny\"\n")));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_Server_GivesTheSameAsAFile(bool ranges)
    {
        await using var server = await Server.StartAsync(s_bytes, ranges);
        using var client = new HttpClient();
        var options = new RunOptions { Workers = 3, PartitionBytes = 50_000 };

        var sums = await Csv.Scan(Csv.Http(server.Address, client, new CsvOptions())).With(options).AggregateAsync(a => a.Sum(row => row.GetInt64("a")), TestContext.Current.CancellationToken);

        Assert.Equal(100_000L * 99_999 / 2, sums.Value);
        Assert.Equal(100_000, sums.Report.Records);
        Assert.Equal(ranges, server.Ranges > 1);
    }

    [Fact]
    public async Task Scan_CompressedFile_IsDecoded()
    {
        await using var server = await Server.StartAsync(Archives.Compress(CsvCompression.Gzip, s_bytes), ranges: true);
        using var client = new HttpClient();

        Assert.Equal(100_000, (await Csv.Scan(Csv.Http(server.Address, client, new CsvOptions())).RunAsync(TestContext.Current.CancellationToken)).Records);
    }

    [Fact]
    public async Task Scan_ContentThatChanges_Fails()
    {
        await using var server = await Server.StartAsync(s_bytes, ranges: true, changeAfter: 1);
        using var client = new HttpClient();

        var exception = await Assert.ThrowsAsync<IOException>(() =>
            Csv.Scan(Csv.Http(server.Address, client, new CsvOptions())).With(new RunOptions { PartitionBytes = 50_000 }).RunAsync(TestContext.Current.CancellationToken));

        Assert.Contains("changed while it was read", exception.Message, StringComparison.Ordinal);
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _requests;
        private int _ranges;

        private Server(WebApplication app) => _app = app;

        public Uri Address { get; private set; } = null!;

        public int Ranges => Volatile.Read(ref _ranges);

        public static async Task<Server> StartAsync(byte[] bytes, bool ranges, int changeAfter = int.MaxValue)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var server = new Server(builder.Build());
            server._app.MapGet("/data.csv", (HttpRequest request) =>
            {
                var number = Interlocked.Increment(ref server._requests);
                if (request.Headers.Range.Count > 0)
                {
                    Interlocked.Increment(ref server._ranges);
                }

                var tag = new EntityTagHeaderValue($"\"{(number > changeAfter ? 2 : 1)}\"");
                return Results.Bytes(bytes, "text/csv", entityTag: tag, enableRangeProcessing: ranges);
            });
            await server._app.StartAsync(TestContext.Current.CancellationToken);
            server.Address = new Uri(server._app.Urls.Single() + "/data.csv?" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return server;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
