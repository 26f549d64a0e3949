using System.Net;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

/// <summary>Inputs that wait for bytes which never come.</summary>
public class CancelledInputTests
{
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n1,2\n")]
    public async Task RunAsync_CancelledWhileAStreamWaits_Ends(string beginning)
    {
        using var cancellation = new CancellationTokenSource();
        using var stream = new Silent(Encoding.UTF8.GetBytes(beginning.PadRight(beginning.Length == 0 ? 0 : 5000, '\n')));
        var run = Csv.Scan(Csv.Stream(stream, "pipe", new CsvOptions())).With(new RunOptions { Workers = 3 }).RunAsync(cancellation.Token);

        await stream.Waits.WaitAsync(s_generous, TimeProvider.System, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(s_generous, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_BadRecordWhileAnotherInputIsOpened_FailsAtOnce()
    {
        using var stream = new Silent([]);
        var source = Csv.Memory("a,b\n1,2\n3\n"u8.ToArray(), new CsvOptions()).Then(Csv.Stream(stream, "second", new CsvOptions()));

        var run = Csv.Scan(source).With(new RunOptions { Workers = 2 }).Where(row => stream.Waits.Wait(s_generous, CancellationToken.None)).RunAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<CsvBadRowException>(() => run.WaitAsync(s_generous, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_CancelledWhileAServerIsSilent_Ends(bool ranges)
    {
        using var cancellation = new CancellationTokenSource();
        using var server = new SilentServer(ranges);
        using var client = new HttpClient(server);
        var run = Csv.Scan(Csv.Http(new Uri("https://example.test/a.csv"), client, new CsvOptions())).RunAsync(cancellation.Token);

        await server.Body.Waits.WaitAsync(s_generous, TimeProvider.System, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(s_generous, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    // Gives its bytes and then nothing, until it is disposed of.
    private sealed class Silent(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _disposed = new();

        public Task Waits => _waits.Task;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            if (read == 0)
            {
                _waits.TrySetResult();
                _disposed.Wait(s_generous, CancellationToken.None);
                throw new IOException("closed");
            }

            return read;
        }

        public override int Read(Span<byte> buffer)
        {
            var bytes = new byte[buffer.Length];
            var count = Read(bytes, 0, bytes.Length);
            bytes.AsSpan(0, count).CopyTo(buffer);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            _disposed.Set();
            base.Dispose(disposing);
        }
    }

    private sealed class SilentServer(bool ranges) : HttpMessageHandler
    {
        private int _requests;

        public Silent Body { get; } = new([]);

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isFirst = Interlocked.Increment(ref _requests) == 1;
            var response = new HttpResponseMessage(ranges ? HttpStatusCode.PartialContent : HttpStatusCode.OK)
            {
                Content = isFirst ? new ByteArrayContent([(byte)'a']) : new StreamContent(Body),
            };
            if (ranges)
            {
                response.Content.Headers.ContentRange = new(0, isFirst ? 0 : 99, 100);
            }

            return response;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override void Dispose(bool disposing)
        {
            Body.Dispose();
            base.Dispose(disposing);
        }
    }
}
