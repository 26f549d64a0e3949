using System.Collections;
using System.Text;

namespace Toolkit.Messaging;

/// <summary>
/// Headers of a message, in order. Names may repeat; values are bytes, text is UTF-8. Received headers are read-only.
/// </summary>
/// <remarks>Not safe for concurrent writing. Publishing only reads it.</remarks>
public sealed class MessageHeaders : IReadOnlyList<MessageHeader>
{
    private readonly List<MessageHeader> _items;
    private readonly bool _readOnly;

    /// <summary>No headers, to be filled.</summary>
    public MessageHeaders() => _items = [];

    /// <summary>A copy of <paramref name="headers"/>, to be filled further.</summary>
    /// <param name="headers">Headers to copy.</param>
    public MessageHeaders(IEnumerable<MessageHeader> headers) => _items = [.. headers];

    private MessageHeaders(List<MessageHeader> items, bool readOnly) => (_items, _readOnly) = (items, readOnly);

    /// <summary>No headers, read-only.</summary>
    public static MessageHeaders Empty { get; } = new([], readOnly: true);

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public MessageHeader this[int index] => _items[index];

    /// <summary>Headers that can't be changed any more, around <paramref name="items"/> (not copied: the caller lets go of it).</summary>
    /// <param name="items">The headers.</param>
    /// <returns>Read-only headers.</returns>
    public static MessageHeaders FromOwned(List<MessageHeader> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count == 0 ? Empty : new(items, readOnly: true);
    }

    /// <summary>Appends a header.</summary>
    /// <param name="name">Name; not empty.</param>
    /// <param name="value">Value.</param>
    /// <exception cref="InvalidOperationException">The headers are read-only.</exception>
    public void Add(string name, ReadOnlyMemory<byte> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_readOnly)
        {
            throw new InvalidOperationException("These headers are read-only: copy them with new MessageHeaders(headers).");
        }

        _items.Add(new MessageHeader(name, value));
    }

    /// <summary>Appends a header whose value is text.</summary>
    /// <param name="name">Name; not empty.</param>
    /// <param name="value">Text, stored as UTF-8.</param>
    /// <exception cref="InvalidOperationException">The headers are read-only.</exception>
    public void Add(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    /// <summary>The last value of <paramref name="name"/>.</summary>
    /// <param name="name">Name to look for.</param>
    /// <param name="value">Its value, or empty.</param>
    /// <returns>Whether there is such a header.</returns>
    public bool TryGet(string name, out ReadOnlyMemory<byte> value)
    {
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            if (_items[i].Name == name)
            {
                value = _items[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The last value of <paramref name="name"/> as text, or null.</summary>
    /// <param name="name">Name to look for.</param>
    /// <returns>The text, or null where there is no such header.</returns>
    public string? GetString(string name) => TryGet(name, out var value) ? Encoding.UTF8.GetString(value.Span) : null;

    /// <inheritdoc/>
    public IEnumerator<MessageHeader> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
