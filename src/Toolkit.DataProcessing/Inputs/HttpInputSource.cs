using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Toolkit.DataProcessing;

/// <summary>
/// An HTTP or HTTPS URL. Where the server takes ranges, partitions are read side by side, and each answer must be of the
/// version that was there at the start; else the answer is read as a stream.
/// </summary>
internal sealed class HttpInputSource(Uri address, HttpClient client) : CsvInputSource
{
    private readonly Lazy<HttpHead> _head = new(() => HttpHead.Ask(address, client));

    public override string Name => address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);

    public override long Length => _head.Value is { TakesRanges: true } head ? head.Length : -1;

    public override string? Version => _head.Value.Version;

    public override CsvInput Open()
    {
        var head = _head.Value;
        if (head.TakesRanges)
        {
            return new HttpRangeInput(Name, address, client, head);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new StreamCsvInput(Name, response.Content.ReadAsStream());
    }
}

/// <summary>What a server says about a URL before anything is read.</summary>
internal sealed record HttpHead(long Length, bool TakesRanges, EntityTagHeaderValue? Tag, DateTimeOffset? Modified)
{
    public string? Version => Tag?.ToString() ?? (Modified is { } time && Length >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{Length}-{time.UtcTicks}") : null);

    public static HttpHead Ask(Uri address, HttpClient client)
    {
        // The first byte as a range tells all at once, and works with URLs that are signed for GET alone.
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue(0, 0);
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return new HttpHead(-1, false, null, null);
        }

        response.EnsureSuccessStatusCode();
        var length = response.Content.Headers.ContentRange?.Length ?? -1;
        return new HttpHead(length, response.StatusCode == HttpStatusCode.PartialContent && length >= 0, response.Headers.ETag, response.Content.Headers.LastModified);
    }
}
