using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tests.Keys;

public class CyclicKeyTests
{
    [Fact]
    public void Key_ArgumentThatContainsItself_IsAnErrorAndNoOverflow()
    {
        var loop = new Link(1);
        loop.Next = new Link(2) { Next = loop };
        var error = Assert.Throws<InvalidOperationException>(() => Linked.Sum([loop]));
        Assert.Contains("contain itself", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Link), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_LongChain_IsAKey()
    {
        Link? chain = null;
        for (var i = 0; i < 900; i++)
        {
            chain = new Link(i) { Next = chain };
        }

        Assert.Equal(1, Linked.Sum([chain!]));
        Assert.Equal(1, Linked.Sum([chain!]));
        Assert.Equal(1, Memo.Linked.Sum.Info().Hits);
    }
}

public sealed class Link(int number) : ICacheKeyPart
{
    public Link? Next { get; set; }

    public void WriteKey(ref CacheKeyWriter writer)
    {
        writer.Write(number);
        writer.WritePart(Next);
    }
}

public static class Linked
{
    [Memoize]
    public static int Sum(IReadOnlyList<Link> links) => links.Count;
}
