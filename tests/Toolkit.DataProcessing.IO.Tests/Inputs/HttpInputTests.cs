using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public class HttpInputTests
{
    private static readonly Uri s_address = new("https://example.test/data.csv?signature=secret");

    [Fact]
    public async Task Scan_ServerWithRanges_FetchesThem()
    {
        var bytes = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i},x\n")));
        using var server = new Server(bytes) { Ranges = true };
        using var client = new HttpClient(server);

        var report = await Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).With(new RunOptions { Workers = 3, PartitionBytes = 100_000 }).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(300_000, report.Records);
        Assert.Equal(bytes.Length, report.Bytes);
        Assert.InRange(server.Requests, 3, 60);
    }

    [Fact]
    public async Task Scan_ServerWithoutRanges_ReadsTheAnswer()
    {
        using var server = new Server(Archives.Compress(CsvCompression.Gzip, "a,b\n1,2\n3,4\n"u8.ToArray())) { Ranges = false };
        using var client = new HttpClient(server);

        Assert.Equal(2, (await Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).RunAsync(TestContext.Current.CancellationToken)).Records);
    }

    [Fact]
    public async Task Scan_ContentThatChanges_Fails()
    {
        using var server = new Server(new byte[3_000_000]) { Ranges = true, ChangeAfter = 2 };
        using var client = new HttpClient(server);

        var exception = await Assert.ThrowsAsync<IOException>(() => Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).With(new RunOptions { BadRows = BadRows.Skip }).RunAsync(TestContext.Current.CancellationToken));

        Assert.Contains("changed while it was read", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_NotFound_TellsTheStatus()
    {
        using var server = new Server([]) { Status = HttpStatusCode.NotFound };
        using var client = new HttpClient(server);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.NotFound, exception.StatusCode);
    }

    private sealed class Server(byte[] bytes) : HttpMessageHandler
    {
        private int _requests;

        public bool Ranges { get; init; }

        public int ChangeAfter { get; init; } = int.MaxValue;

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public int Requests => _requests;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _requests);
            var response = new HttpResponseMessage(Status) { RequestMessage = request };
            if (Status != HttpStatusCode.OK)
            {
                return response;
            }

            var tag = new EntityTagHeaderValue(number > ChangeAfter ? "\"2\"" : "\"1\"");
            response.Headers.ETag = tag;
            if (!Ranges || request.Headers.Range is not { } range)
            {
                response.Content = new ByteArrayContent(bytes);
                return response;
            }

            if (request.Headers.IfMatch.Count > 0 && !request.Headers.IfMatch.Contains(tag))
            {
                response.StatusCode = HttpStatusCode.PreconditionFailed;
                return response;
            }

            var from = (int)range.Ranges.Single().From!.Value;
            var to = (int)range.Ranges.Single().To!.Value;
            response.StatusCode = HttpStatusCode.PartialContent;
            response.Content = new ByteArrayContent(bytes, from, to - from + 1);
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, to, bytes.Length);
            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }
}
