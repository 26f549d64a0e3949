namespace Toolkit.Caching.Memcached;

/// <summary>A position among the names of a request of retrievals, <c>get a b</c> a line: the answers name what the server has, in that order.</summary>
/// <param name="request">The request as it is sent.</param>
internal struct RetrievedNames(ReadOnlyMemory<byte> request)
{
    // At a name, or at the end of a line.
    private int _position = MetaRequest.Retrieval.Length;

    /// <summary>The number of names passed.</summary>
    public int Passed { get; private set; }

    private readonly ReadOnlySpan<byte> Rest => request.Span[_position..];

    private readonly bool IsAtEnd => request.Span[_position] == (byte)'\r';

    /// <summary>Passes this name and those before it.</summary>
    /// <returns>Whether it is one of the rest of the line.</returns>
    public bool TryPass(ReadOnlySpan<byte> name)
    {
        while (!IsAtEnd)
        {
            var rest = Rest;
            if (rest.StartsWith(name) && rest[name.Length] <= (byte)' ')
            {
                Pass(name.Length);
                return true;
            }

            Pass(rest.IndexOfAny((byte)' ', (byte)'\r'));
        }

        return false;
    }

    /// <summary>Passes the rest of the line.</summary>
    public void PassLine()
    {
        while (!IsAtEnd)
        {
            Pass(Rest.IndexOfAny((byte)' ', (byte)'\r'));
        }

        _position += "\r\n".Length + MetaRequest.Retrieval.Length;
    }

    private void Pass(int length)
    {
        _position += length;
        _position += IsAtEnd ? 0 : 1;
        Passed++;
    }
}
