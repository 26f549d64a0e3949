using System.Net;
using System.Net.Http.Headers;

namespace Toolkit.DataProcessing;

/// <summary>GET requests for one URL, sent again after faults that may pass: lost connections, servers that are busy or restarting.</summary>
internal sealed class HttpRequests(string name, Uri address, HttpClient client)
{
    public string Name => name;

    /// <summary>How long the server may take for an answer, and for each block of it.</summary>
    public TimeSpan Timeout => client.Timeout;

    /// <summary>Sends a request until there is an answer that is worth looking at.</summary>
    public HttpResponseMessage Send(RangeHeaderValue? range, EntityTagHeaderValue? tag, HttpAttempts attempts)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = range;
            if (tag is { IsWeak: false })
            {
                request.Headers.IfMatch.Add(tag);
            }

            try
            {
                var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, attempts.CancellationToken);
                if (attempts.IsLast || !MayPass(response.StatusCode))
                {
                    return response;
                }

                response.Dispose();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException && !attempts.CancellationToken.IsCancellationRequested)
            {
                if (attempts.IsLast)
                {
                    throw new IOException($"{name}: the server can't be reached, tried {attempts.Count} times: {exception.Message}", exception);
                }
            }

            attempts.Pause();
        }
    }

    /// <summary>Refuses an answer that is none, or of another version.</summary>
    public void Require(HttpResponseMessage response, HttpHead head)
    {
        if (head.IsOther(response))
        {
            throw new IOException($"{name}: the content changed while it was read.");
        }

        RequireSuccess(response);
    }

    /// <summary>Refuses an answer that says what is wrong.</summary>
    public void RequireSuccess(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{name}: the server answered {(int)response.StatusCode} {response.ReasonPhrase}.", null, response.StatusCode);
        }
    }

    private static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
