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

    [Fact]
    public async Task Scan_ServerThatIsBusyOrCutsTheBody_IsAskedAgain()
    {
        var bytes = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i},x\n")));
        using var server = new Server(bytes) { Ranges = true, FaultAt = new() { [1] = "503", [3] = "cut", [5] = "lost", [6] = "429" } };
        using var client = new HttpClient(server);

        var report = await Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).With(new RunOptions { Workers = 1 }).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(300_000, report.Records);
        Assert.Equal(bytes.Length, report.Bytes);
    }

    [Fact]
    public async Task Scan_BodyCutWithoutRanges_Fails()
    {
        using var server = new Server("a,b\n1,2\n3,4\n"u8.ToArray()) { FaultAt = new() { [2] = "cut" } };
        using var client = new HttpClient(server);

        var exception = await Assert.ThrowsAsync<IOException>(() => Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).RunAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith("https://example.test/data.csv: the connection was lost behind byte 6, and the server takes no ranges", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_OtherRangeThanAskedFor_Fails()
    {
        using var server = new Server(new byte[3_000_000]) { Ranges = true, FaultAt = new() { [3] = "other" } };
        using var client = new HttpClient(server);

        var exception = await Assert.ThrowsAsync<IOException>(() => Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).With(new RunOptions { BadRows = BadRows.Skip, Workers = 1 }).RunAsync(TestContext.Current.CancellationToken));

        Assert.Contains("answered the range", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_AgainAfterAFailureAndAChange_AsksAnew()
    {
        using var server = new Server("a,b\n1,2\n"u8.ToArray()) { Ranges = true, ChangeAfter = 3, FaultAt = new() { [1] = "404" } };
        using var client = new HttpClient(server);
        var query = Csv.Scan(Csv.Http(s_address, client, new CsvOptions()));

        await Assert.ThrowsAsync<HttpRequestException>(() => query.RunAsync(TestContext.Current.CancellationToken));
        for (var run = 0; run < 4; run++)
        {
            Assert.Equal(1, (await query.RunAsync(TestContext.Current.CancellationToken)).Records);
        }
    }

    [Fact]
    public async Task Scan_SignedAddress_IsNamedWithoutItsQuery()
    {
        using var server = new Server("a,b\n1\n"u8.ToArray()) { Ranges = true };
        using var client = new HttpClient(server);

        var exception = await Assert.ThrowsAsync<CsvBadRowException>(() => Csv.Scan(Csv.Http(s_address, client, new CsvOptions())).RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("https://example.test/data.csv, line 2", exception.Message, StringComparison.Ordinal);

        var named = await Assert.ThrowsAsync<CsvBadRowException>(() => Csv.Scan(Csv.Http(s_address, client, "orders", new CsvOptions())).RunAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("orders, line 2", named.Message, StringComparison.Ordinal);
    }

    // Gives a part of what it promised.
    private sealed class Cut(byte[] bytes) : MemoryStream(bytes, 0, bytes.Length / 2)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, count) is > 0 and var read ? read : throw new IOException("reset by peer");

        public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and var read ? read : throw new IOException("reset by peer");
    }

    private sealed class Server(byte[] bytes) : HttpMessageHandler
    {
        private int _requests;

        public bool Ranges { get; init; }

        public int ChangeAfter { get; init; } = int.MaxValue;

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        /// <summary>What goes wrong with the requests of some numbers.</summary>
        public Dictionary<int, string> FaultAt { get; init; } = [];

        public int Requests => _requests;

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _requests);
            var fault = FaultAt.GetValueOrDefault(number);
            if (fault == "lost")
            {
                throw new HttpRequestException("connection refused");
            }

            if (int.TryParse(fault, System.Globalization.CultureInfo.InvariantCulture, out var status))
            {
                return new HttpResponseMessage((HttpStatusCode)status);
            }

            var response = Answer(request, number);
            if (fault == "cut")
            {
                var headers = response.Content.Headers;
                response.Content = new StreamContent(new Cut(response.Content.ReadAsByteArrayAsync(cancellationToken).GetAwaiter().GetResult()));
                response.Content.Headers.ContentRange = headers.ContentRange;
            }
            else if (fault == "other")
            {
                response.Content.Headers.ContentRange = new ContentRangeHeaderValue(1, bytes.Length - 1, bytes.Length);
            }

            return response;
        }

        private HttpResponseMessage Answer(HttpRequestMessage request, int number)
        {
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
