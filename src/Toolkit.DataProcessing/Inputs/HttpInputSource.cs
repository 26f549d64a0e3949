namespace Toolkit.DataProcessing;

/// <summary>
/// An HTTP or HTTPS URL. Where the server takes ranges, partitions are read side by side, and each answer must be of the
/// version that was there at the start; else the answer is read as a stream.
/// </summary>
internal sealed class HttpInputSource(string name, Uri address, HttpClient client) : CsvInputSource
{
    private readonly HttpRequests _requests = new(name, address, client);

    // What the server said, until a run opens the input: the next run asks anew.
    private HttpHead? _head;

    public override string Name => name;

    public override long Length => Head is { TakesRanges: true } head ? head.Length : -1;

    public override string? Version => Head.Version;

    private HttpHead Head => Volatile.Read(ref _head) ?? (_head = HttpHead.Ask(_requests, CancellationToken.None));

    /// <summary>The name of a URL in messages, in the quarantine and in checkpoints: without its query, which may be a signature.</summary>
    public static string NameOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public override CsvInput Open() => Open(CancellationToken.None);

    internal override CsvInput Open(CancellationToken cancellationToken)
    {
        var head = Interlocked.Exchange(ref _head, null) ?? HttpHead.Ask(_requests, cancellationToken);
        if (head.TakesRanges)
        {
            return new HttpRangeInput(_requests, head, cancellationToken);
        }

        var response = _requests.Send(null, head.Tag, new HttpAttempts(cancellationToken));
        try
        {
            _requests.Require(response, head);
            var body = new HttpBody(name, response);
            return new StreamCsvInput(name, body, -1, cancellationToken, response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
