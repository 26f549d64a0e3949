// Calls every form at least twice, and prints how often it was computed: beside the name, what it has to be.
using System.Linq.Expressions;
using CallForms;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;

var failed = 0;

await Check("named and default arguments", 1, () => [Forms.Named(1), Forms.Named(a: 1), Forms.Named(c: false, b: "x", a: 1)]);
await Check("params", 1, () => [Forms.Sum(1, 2, 3), Forms.Sum([1, 2, 3])]);
await Check("span", 1, () => [Forms.Words("one two"), Forms.Words("one two".ToCharArray())]);
await Check("recursion", 51, () => [Forms.Fibonacci(50), Forms.Fibonacci(50)]);
await CheckAsync("Task", 1, async () => [await Forms.LaterAsync(5), await Forms.LaterAsync(5, new CancellationTokenSource().Token)]);
await CheckAsync("ValueTask", 1, async () => [await Forms.SoonAsync(5), await Forms.SoonAsync(5)]);
await Check("generic method", 2, () => [Forms.Echo(7), Forms.Echo(7), Forms.Echo("7"), Forms.Echo<string>("7")]);
await Check("generic type", 2, () =>
{
    var box = new Box<int>(3);
    return [Box<int>.Describe(3), Box<int>.Describe(3), box.With("a"), box.With("a")];
});
await Check("conditional access", 1, () =>
{
    Person? none = null, some = new("Ada");
    return [none?.Greet("?"), some?.Greet("!"), some?.Greet("!")];
});
await Check("instances of their own", 2, () =>
{
    Person a = new("Ada"), b = new("Ada");
    return [a.Greet("."), a.Greet("."), b.Greet("."), b.Greet(".")];
});
await Check("identity key", 1, () => [new Tenant("t").Read(1), new Tenant("t").Read(1)]);
await Check("struct", 2, () => [new Point(3, 2).Plus(1), new Point(3, 2).Plus(1), new Point(4, 2).Plus(1)]);
await Check("extension method", 1, () => ["banana".Vowels(), Forms.Vowels("banana")]);
await Check("extension block", 2, () => [6.Times(7), 6.Times(7), Forms.Times(6, 7), int.Made(1), int.Made(1)]);
await Check("in", 1, () =>
{
    var value = 3;
    return [Forms.In(in value), Forms.In(3)];
});
await Check("lambda and local function", 1, () =>
{
    Func<int, int> lambda = n => Forms.Sum(n, n);
    return [lambda(4), lambda(4), Local(4)];
    static int Local(int n) => Forms.Sum(n, n);
});
await Check("virtual, bound to the memoized method", 1, () =>
{
    Shape shape = new Square();
    return [shape.Area(4), shape.Area(4)];
});
await CheckAsync("interface", 1, async () =>
{
    IPrices prices = new Prices();
    return [await prices.GetAsync(2), await prices.GetAsync(2)];
});
await CheckAsync("decorator", 1, async () =>
{
    await using var services = new ServiceCollection().AddMemoized<IPrices, Prices>().BuildServiceProvider();
    return [await services.GetRequiredService<IPrices>().GetAsync(3), await services.GetRequiredService<IPrices>().GetAsync(3)];
});
await Check("partial method and its delegate", 1, () =>
{
    Func<int, int> group = Forms.Partial;
    return [Forms.Partial(6), group(6)];
});
await Check("generated delegate", 1, () => [.. new[] { 8, 8 }.Select(Memo.Forms.Echo<int>.Invoke)]);
await Check("private, from within", 1, () => [Forms.CallHidden(9), Forms.CallHidden(9)]);
await Check("base call runs uncached", 2, () => [new Square().BaseTwice(3)]);
await Check("expression tree runs uncached", 2, () =>
{
#pragma warning disable TKC004 // On purpose.
    Expression<Func<int, int>> tree = n => Forms.Vowels("aeiou" + n);
#pragma warning restore TKC004
    var compiled = tree.Compile();
    return [compiled(1), compiled(1)];
});
Console.WriteLine(failed == 0 ? "all as they have to be" : failed + " failed");
return failed;

Task Check(string name, int expected, Func<object?[]> calls) => CheckAsync(name, expected, () => Task.FromResult(calls()));

async Task CheckAsync(string name, int expected, Func<Task<object?[]>> calls)
{
    var before = Forms.Computed;
    var results = await calls();
    var computed = Forms.Computed - before;
    failed += computed == expected ? 0 : 1;
    Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(computed == expected ? "ok" : "FAILED")} {name}: {computed} computed, {string.Join(" ", results)}"));
}
