using System.Net;
using System.Net.Http.Headers;

namespace Toolkit.DataProcessing;

/// <summary>A URL whose server takes ranges. Blocks larger than what is asked for are fetched, and the last ones kept: a worker reads on where it was.</summary>
internal sealed class HttpRangeInput(string name, Uri address, HttpClient client, HttpHead head) : CsvInput
{
    private const int BlockBytes = 1024 * 1024;
    private const int KeptBlocks = 16;

    private readonly Lock _gate = new();
    private readonly List<(long Offset, byte[] Bytes)> _blocks = [];

    public override string Name => name;

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
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue(start, start + length - 1);
        if (head.Tag is { IsWeak: false } tag)
        {
            request.Headers.IfMatch.Add(tag);
        }

        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode == HttpStatusCode.PreconditionFailed || IsOther(response))
        {
            throw new IOException($"{name}: the content changed while it was read.");
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            throw new IOException($"{name}: the server answered the range {start}-{start + length - 1} with {(int)response.StatusCode}.");
        }

        var bytes = new byte[length];
        using var stream = response.Content.ReadAsStream();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private bool IsOther(HttpResponseMessage response) =>
        (head.Tag is not null && response.Headers.ETag is { } tag && !tag.Equals(head.Tag))
        || (response.Content.Headers.ContentRange?.Length is { } length && length != head.Length)
        || (head.Tag is null && head.Modified is not null && response.Content.Headers.LastModified is { } modified && modified != head.Modified);
}
