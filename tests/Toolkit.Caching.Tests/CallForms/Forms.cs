namespace Toolkit.Caching.Tests.CallForms;

/// <summary>Methods of every form, each counting its computations.</summary>
public static partial class Forms
{
    [Memoize]
    public static string Named(int a, string b = "x", bool c = false) => Computed.Return($"{a}{b}{c}");

    [Memoize]
    public static int Sum(params int[] values) => Computed.Return(values.Sum());

    [Memoize]
    public static int SumSpan(params ReadOnlySpan<int> values)
    {
        var sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return Computed.Return(sum);
    }

    [Memoize]
    public static int Words(ReadOnlySpan<char> text) => Computed.Return(text.ToString().Split(' ').Length);

    [Memoize]
    public static T Echo<T>(T value) => Computed.Return(value);

    [Memoize]
    public static TResult Convert<T, TResult>(T value)
        where T : struct, IConvertible
        where TResult : struct =>
        Computed.Return((TResult)System.Convert.ChangeType(value, typeof(TResult), null));

    [Memoize]
    public static int Vowels(this string text) => Computed.Return(text.Count(c => "aeiou".Contains(c)));

    [Memoize]
    public static int In(in int value) => Computed.Return(value);

    [Memoize]
    public static partial int Partial(int n);

    [Memoize(Implementation = nameof(LoadAsync))]
    internal static partial ValueTask<string> PartialAsync(string name, CancellationToken cancellationToken);

    [Memoize]
    public static partial int Longest(this string first, params string[] others);

    [Memoize]
    public static int Optional(int? value) => Computed.Return(value ?? -1);

    [Memoize]
    public static int Tupled((int A, double B) pair) => Computed.Return(pair.A);

    [Memoize]
    public static int @class(int @int) => Computed.Return(@int);

    [Memoize]
    public static int Overloaded(int n) => Computed.Return(n);

    [Memoize]
    public static int Overloaded(string n) => Computed.Return(n.Length);

    [Memoize]
    public static int Nothing() => Computed.Return(42);

    private static int PartialCore(int n) => Computed.Return(n + 1);

    private static int LongestCore(string first, string[] others) => Computed.Return(others.Append(first).Max(static t => t.Length));

    private static async ValueTask<string> LoadAsync(string name, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Computed.Return("loaded " + name);
    }
}
