using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Tests.Keys;

public enum Color : byte
{
    Red,
    Green,
}

public record Animal(string Name);

public record Dog(string Name, int Age) : Animal(Name);

public sealed class Query(string text, object? connection)
{
    [CacheKey]
    public string Text { get; } = text;

    public object? Connection { get; } = connection;
}

/// <summary>A key whose hashes all collide.</summary>
public readonly record struct Colliding(int Value)
{
    public bool Equals(Colliding other) => Value == other.Value;

    public override int GetHashCode() => 1;
}

public sealed class Part(int value) : ICacheKeyPart, IEquatable<Part>
{
    public int Value { get; } = value;

    public void WriteKey(ref CacheKeyWriter writer) => writer.Write(Value);

    public bool Equals(Part? other) => other is not null && other.Value == Value;

    public override bool Equals(object? obj) => Equals(obj as Part);

    public override int GetHashCode() => Value;
}

public static class FirstLetter
{
    public static char GetKey(string text) => text.Length == 0 ? ' ' : char.ToUpperInvariant(text[0]);
}

/// <summary>Methods that show what they were given, so that a hit for a different argument is seen.</summary>
public static class KeyMethods
{
    [Memoize]
    public static string? Text(string? text) => text is null ? "null" : text + "!";

    [Memoize]
    public static string Pair(string a, string b) => $"{a}|{b}";

    [Memoize]
    public static string Double(double value) => $"{BitConverter.DoubleToInt64Bits(value):x}";

    [Memoize]
    public static string Decimal(decimal value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Memoize]
    public static DateTimeKind Kind(DateTime value) => value.Kind;

    [Memoize]
    public static TimeSpan Offset(DateTimeOffset value) => value.Offset;

    [Memoize]
    public static string Generic<T>(T value) => $"{typeof(T).Name} {(value is double d ? BitConverter.DoubleToInt64Bits(d).ToString("x") : value?.ToString())}";

    [Memoize]
    public static string Shown(Animal animal) => animal.ToString();

    [Memoize]
    public static string Address(Uri address) => address.OriginalString;

    [Memoize]
    public static string Maybe((double Number, List<int>? List)? pair) =>
        pair is { } p ? $"{BitConverter.DoubleToInt64Bits(p.Number):x}/{p.List?.Count}" : "none";

    [Memoize]
    public static string MaybeNumber(double? value) => value is { } v ? $"{BitConverter.DoubleToInt64Bits(v):x}" : "none";

    [Memoize]
    public static string Enumerated(Color color) => color.ToString();

    [Memoize]
    public static int Listed(IReadOnlyList<int> values) => (values.Count * 1000) + (values.Count == 0 ? 0 : values[0]);

    [Memoize]
    public static string Mapped(IReadOnlyDictionary<string, int> values) => string.Join(",", values.Select(v => v.Key + v.Value).Order());

    [Memoize]
    public static string Gathered(ISet<string> values) => string.Join(",", values.Order());

    [Memoize]
    public static int Collide(Colliding value) => value.Value;

    [Memoize]
    public static string Run(Query query) => query.Text;

    [Memoize]
    public static int Ignoring(int n, [CacheIgnore] object? logger) => n + (logger is null ? 0 : 1);

    [Memoize(KeyProvider = typeof(FirstLetter))]
    public static string ByFirstLetter(string text) => text;

    [Memoize]
    public static int OfPart(Part part) => part.Value;

    [Memoize(Capacity = 500_000)]
    public static string Many(int a, long b, string? c, double d, decimal e, Guid f, DateTime g, bool? h, Color i, TimeSpan j, char k, (int, string) l) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{a}/{b}/{c ?? "null"}/{BitConverter.DoubleToInt64Bits(d):x}/{e}/{f}/{g.Ticks}{g.Kind}/{h}/{(int)i}/{j.Ticks}/{(int)k}/{l.Item1}/{l.Item2}");
}
