namespace Toolkit.Caching.Tests.CallForms;

public static partial class Forms
{
    [Memoize]
    public static int Nullary(int n) => Computed.Return(n);
}

public class Box<T>
{
    [Memoize]
    public static string Describe(T value) => Computed.Return($"{typeof(T).Name}:{value}");

    [Memoize]
    public string Join<TOther>(T a, TOther b) => Computed.Return($"{a}+{b}");
}

public class Instance
{
    [Memoize]
    public int Cube(int n) => Computed.Return(n * n * n);

    public int CallPrivate(int n) => this.Private(n);

    [Memoize(Scope = CacheScope.Shared)]
    public int Shared(int n) => Computed.Return(n);

    [Memoize]
    private int Private(int n) => Computed.Return(2 * n);
}

public static class Nest
{
    public static int Call(int n) => Inner.Compute(n);

    private static class Inner
    {
        public static int Compute(int n) => Hidden(n);

        [Memoize]
        private static int Hidden(int n) => Computed.Return(3 * n);
    }
}

public readonly record struct Point(int X, int Y)
{
    [Memoize]
    public int Plus(int n) => Computed.Return(X + Y + n);
}

public record Person(string Name)
{
    [Memoize]
    public string Greet(string mark) => Computed.Return(Name + mark);
}

public sealed class Tenant(string id, int connection)
{
    [CacheKey]
    public string Id { get; } = id;

    public int Connection { get; } = connection;

    [Memoize]
    public string Read(int key) => Computed.Return($"{Id}/{key}");
}

public class Account(string id)
{
    [CacheKey]
    public string Id { get; } = id;

    [Memoize]
    public virtual string Show(int n) => Computed.Return($"{Id}/{n}");
}

public sealed class Savings(string id) : Account(id)
{
    public override string Show(int n) => Computed.Return($"savings {Id}/{n}");
}

public class Base
{
    [Memoize]
    public virtual int Compute(int n) => Computed.Return(n);
}

public class Derived : Base
{
    public override int Compute(int n) => Computed.Return(100 + n);

#pragma warning disable TKC003 // What a test is about.
    public int CallBaseTwice(int n) => base.Compute(n) + base.Compute(n);
#pragma warning restore TKC003
}

#pragma warning disable CA1708 // Takes two extension blocks for two members of one name.
public static class Blocks
#pragma warning restore CA1708
{
    extension(string text)
    {
        [Memoize]
        public static string Repeated(string part, int n) => Computed.Return(string.Concat(Enumerable.Repeat(part, n)));

        [Memoize]
        public int LengthPlus(int n) => Computed.Return(text.Length + n);

        public int Through(int n) => text.Hidden(n);

        [Memoize]
        private int Hidden(int n) => Computed.Return(text.Length * n);
    }

    extension(int number)
    {
        [Memoize]
        public int LengthPlus(int n) => Computed.Return(number + n);
    }

    extension<T>(T[] items)
        where T : struct
    {
        [Memoize]
        public string FirstWith<TOther>(TOther other, [CacheIgnore] object log) => Computed.Return($"{items[0]}{other}{log is null}");
    }
}
