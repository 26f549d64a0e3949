using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Toolkit.DataProcessing;

/// <summary>What a server says about a URL before anything is read.</summary>
internal sealed record HttpHead(long Length, bool TakesRanges, EntityTagHeaderValue? Tag, DateTimeOffset? Modified)
{
    public string? Version => Tag?.ToString() ?? (Modified is { } time && Length >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{Length}-{time.UtcTicks}") : null);

    public static HttpHead Ask(HttpRequests requests, CancellationToken cancellationToken)
    {
        // The first byte as a range tells all at once, and works with URLs that are signed for GET alone.
        using var response = requests.Send(new RangeHeaderValue(0, 0), null, new HttpAttempts(cancellationToken));
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return new HttpHead(-1, false, null, null);
        }

        requests.RequireSuccess(response);
        var content = response.Content.Headers;
        var length = content.ContentRange?.Length ?? -1;

        // Of what was compressed on its way, and decompressed by the client's handler, no range means anything.
        var isPlain = content.ContentLength == 1 && content.ContentEncoding.Count == 0;
        return new HttpHead(length, response.StatusCode == HttpStatusCode.PartialContent && length >= 0 && isPlain, response.Headers.ETag, content.LastModified);
    }

    /// <summary>Whether an answer is of another version of the content.</summary>
    public bool IsOther(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.PreconditionFailed
        || (Tag is not null && response.Headers.ETag is { } tag && !tag.Equals(Tag))
        || (TakesRanges && response.Content.Headers.ContentRange?.Length is { } length && length != Length)
        || (Tag is null && Modified is not null && response.Content.Headers.LastModified is { } modified && modified != Modified);
}
