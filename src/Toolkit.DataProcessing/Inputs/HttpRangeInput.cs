using System.Net;
using System.Net.Http.Headers;

namespace Toolkit.DataProcessing;

/// <summary>A URL whose server takes ranges. Blocks larger than what is asked for are fetched, and the last ones kept: a worker reads on where it was.</summary>
internal sealed class HttpRangeInput(HttpRequests requests, HttpHead head, CancellationToken cancellationToken) : CsvInput
{
    private const int BlockBytes = 1024 * 1024;
    private const int KeptBlocks = 16;

    private readonly Lock _gate = new();
    private readonly List<(long Offset, byte[] Bytes)> _blocks = [];

    public override string Name => requests.Name;

    public override long Length => head.Length;

    public override int Read(Span<byte> target, long offset)
    {
        if (offset >= Length)
        {
            return 0;
        }

        var start = offset / BlockBytes * BlockBytes;
        var block = Find(start) ?? Keep(start, Fetch(start, (int)Math.Min(BlockBytes, Length - start)));
        var source = block.AsSpan((int)(offset - start));
        source = source[..Math.Min(source.Length, target.Length)];
        source.CopyTo(target);
        return source.Length;
    }

    protected override void Dispose(bool disposing)
    {
    }

    private byte[]? Find(long start)
    {
        lock (_gate)
        {
            foreach (var (offset, bytes) in _blocks)
            {
                if (offset == start)
                {
                    return bytes;
                }
            }

            return null;
        }
    }

    private byte[] Keep(long start, byte[] bytes)
    {
        lock (_gate)
        {
            if (_blocks.Count == KeptBlocks)
            {
                _blocks.RemoveAt(0);
            }

            _blocks.Add((start, bytes));
            return bytes;
        }
    }

    private byte[] Fetch(long start, int length)
    {
        var attempts = new HttpAttempts(cancellationToken);
        var bytes = new byte[length];
        while (true)
        {
            using var response = requests.Send(new RangeHeaderValue(start, start + length - 1), head.Tag, attempts);
            requests.Require(response, head);
            if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From is { } from && from != start)
            {
                throw new IOException($"{Name}: the server answered the range {start}-{start + length - 1} with {(int)response.StatusCode} {response.Content.Headers.ContentRange}.");
            }

            try
            {
                ReadBody(response, bytes);
                return bytes;
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (attempts.IsLast)
                {
                    throw new IOException($"{Name}: the connection was lost while bytes {start} to {start + length - 1} were read, tried {attempts.Count} times: {exception.Message}", exception);
                }
            }

            attempts.Pause();
        }
    }

    // The client's own limit ends with the headers: a body that stalls is given up after the same time.
    private void ReadBody(HttpResponseMessage response, byte[] bytes)
    {
        using var limit = new CancellationTokenSource(requests.Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var registration = either.Token.UnsafeRegister(static answer => ((HttpResponseMessage)answer!).Dispose(), response);
        using var stream = response.Content.ReadAsStream(either.Token);
        stream.ReadExactly(bytes);
    }
}
