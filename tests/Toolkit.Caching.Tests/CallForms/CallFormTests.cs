using System.Linq.Expressions;
using Toolkit.Caching.TestLibrary;

namespace Toolkit.Caching.Tests.CallForms;

public class CallFormTests
{
    [Fact]
    public void Call_NamedAndDefaultArguments_AreTheSameKey() => Assert.Equal(1, Computed.Count(() =>
    {
        Assert.Equal("1xFalse", Forms.Named(1));
        Assert.Equal("1xFalse", Forms.Named(a: 1));
        Assert.Equal("1xFalse", Forms.Named(c: false, b: "x", a: 1));
        Assert.Equal("1xFalse", Forms.Named(1, "x"));
    }));

    [Fact]
    public void Call_Params_CountByContent() => Assert.Equal(3, Computed.Count(() =>
    {
        int[] array = [1, 2, 3];
        Assert.Equal(6, Forms.Sum(1, 2, 3));
        Assert.Equal(6, Forms.Sum(array));
        array[0] = 5;
        Assert.Equal(10, Forms.Sum(array));
        Assert.Equal(6, Forms.Sum(1, 2, 3));
        Assert.Equal(6, Forms.SumSpan(1, 2, 3));
        Assert.Equal(6, Forms.SumSpan(1, 2, 3));
    }));

    [Fact]
    public void Call_Span_CountsByContent() => Assert.Equal(2, Computed.Count(() =>
    {
        var text = "one two three".ToCharArray();
        Assert.Equal(3, Forms.Words(text));
        Assert.Equal(3, Forms.Words("one two three"));
        text[3] = '-';
        Assert.Equal(2, Forms.Words(text));
    }));

    [Fact]
    public void Call_GenericMethod_HasACacheForEachConstruction() => Assert.Equal(4, Computed.Count(() =>
    {
        Assert.Equal(7, Forms.Echo(7));
        Assert.Equal(7, Forms.Echo(7));
        Assert.Equal(7L, Forms.Echo(7L));
        Assert.Equal("7", Forms.Echo("7"));
        Assert.Equal("7", Forms.Echo<string>("7"));
        Assert.Equal(7.0, Forms.Convert<int, double>(7));
        Assert.Equal(7.0, Forms.Convert<int, double>(7));
        Assert.Equal(1, Memo.Forms.Echo<int>.Info().Misses);
        Assert.True(Memo.Forms.Echo<int>.Remove(7));
    }));

    [Fact]
    public void Call_GenericType_IsCached() => Assert.Equal(2, Computed.Count(() =>
    {
        Assert.Equal("Int32:3", Box<int>.Describe(3));
        Assert.Equal("Int32:3", Box<int>.Describe(3));
        var box = new Box<string>();
        Assert.Equal("a+b", box.Join("a", "b"));
        Assert.Equal("a+b", box.Join("a", "b"));
        Assert.Equal(1, Memo.Box<string>.Join<string>.Info(box).Hits);
    }));

    [Fact]
    public void Call_ExtensionMethod_BothForms() => Assert.Equal(1, Computed.Count(() =>
    {
        Assert.Equal(2, "banane".Replace('e', 'x').Vowels());
        Assert.Equal(2, Forms.Vowels("bananx"));
    }));

    [Fact]
    public void Call_ExtensionBlock_EveryWay() => Assert.Equal(4, Computed.Count(() =>
    {
        Assert.Equal(9, "banana".LengthPlus(3));
        Assert.Equal(9, Blocks.LengthPlus("banana", 3));
        Assert.Equal(5, 2.LengthPlus(3));
        Assert.Equal(5, Blocks.LengthPlus(2, 3));
        Assert.Equal("abab", string.Repeated("ab", 2));
        Assert.Equal("abab", string.Repeated("ab", 2));
        Assert.Equal("1xFalse", new[] { 1, 2 }.FirstWith("x", new object()));
        Assert.Equal("1xFalse", new[] { 1, 2 }.FirstWith("x", "other"));
        Assert.True(Memo.Blocks.FirstWith<int, string>.Remove([1, 2], "x"));
    }));

    [Fact]
    public void Call_PrivateMemberOfAnExtensionBlock_IsCached() => Assert.Equal(1, Computed.Count(() =>
    {
        Assert.Equal(12, "abc".Through(4));
        Assert.Equal(12, "abc".Through(4));
    }));

    [Fact]
    public void Call_In_IsPassedOn() => Assert.Equal(1, Computed.Count(() =>
    {
        var value = 3;
        Assert.Equal(3, Forms.In(in value));
        Assert.Equal(3, Forms.In(3));
    }));

    [Fact]
    public void Call_ConditionalAccess_IsCached() => Assert.Equal(1, Computed.Count(() =>
    {
        Instance? none = null;
        Assert.Null(none?.Cube(2));
        var some = new Instance();
        Assert.Equal(8, some?.Cube(2));
        Assert.Equal(8, some?.Cube(2));
    }));

    [Fact]
    public void Call_Instances_HaveTheirOwnCaches() => Assert.Equal(3, Computed.Count(() =>
    {
        var (a, b) = (new Instance(), new Instance());
        Assert.Equal(27, a.Cube(3));
        Assert.Equal(27, b.Cube(3));
        Assert.Equal(27, a.Cube(3));
        Assert.Equal(1, Memo.Instance.Cube.Info(a).Hits);
        Assert.Equal(0, Memo.Instance.Cube.Info(b).Hits);
        Assert.True(Memo.Instance.Cube.Remove(a, 3));
        Assert.Equal(27, a.Cube(3));
    }));

    [Fact]
    public void Call_PrivateAndProtectedFromWithin_AreCached() => Assert.Equal(2, Computed.Count(() =>
    {
        var instance = new Instance();
        Assert.Equal(10, instance.CallPrivate(5));
        Assert.Equal(10, instance.CallPrivate(5));
        Assert.Equal(15, Nest.Call(5));
        Assert.Equal(15, Nest.Call(5));
    }));

    [Fact]
    public void Call_Struct_CountsByValue() => Assert.Equal(2, Computed.Count(() =>
    {
        Assert.Equal(5, new Point(3, 2).Plus(0));
        var point = new Point(3, 2);
        Assert.Equal(5, point.Plus(0));
        Assert.Equal(6, new Point(4, 2).Plus(0));
        Assert.True(Memo.Point.Plus.Remove(point, 0));
    }));

    [Fact]
    public void Call_Record_CountsByInstance() => Assert.Equal(2, Computed.Count(() =>
    {
        var (a, b) = (new Person("Ada"), new Person("Ada"));
        Assert.Equal("Ada!", a.Greet("!"));
        Assert.Equal("Ada!", b.Greet("!"));
        Assert.Equal("Ada!", a.Greet("!"));
    }));

    [Fact]
    public void Call_TypeWithKeyMembers_SharesByThem() => Assert.Equal(2, Computed.Count(() =>
    {
        Assert.Equal("t1/5", new Tenant("t1", 1).Read(5));
        Assert.Equal("t1/5", new Tenant("t1", 2).Read(5));
        Assert.Equal("t2/5", new Tenant("t2", 1).Read(5));
        Assert.True(Memo.Tenant.Read.Remove(new Tenant("t1", 9), 5));
    }));

    [Fact]
    public void Call_SubtypesWithTheSameKeyMembers_StayApart() => Assert.Equal(2, Computed.Count(() =>
    {
        Account plain = new("a");
        Account savings = new Savings("a");
        Assert.Equal("a/1", plain.Show(1));
        Assert.Equal("savings a/1", savings.Show(1));
        Assert.Equal("a/1", new Account("a").Show(1));
        Assert.True(Memo.Account.Show.Remove(savings, 1));
        Assert.Equal("a/1", plain.Show(1));
    }));

    [Fact]
    public void Call_SharedScope_IsOneCacheForAll() => Assert.Equal(1, Computed.Count(() =>
    {
        Assert.Equal(9, new Instance().Shared(9));
        Assert.Equal(9, new Instance().Shared(9));
    }));

    [Fact]
    public void Call_InLambdaAndLocalFunction_IsCached() => Assert.Equal(1, Computed.Count(() =>
    {
        Func<int, int> lambda = n => Forms.Overloaded(n);
        Assert.Equal(77, lambda(77));
        Assert.Equal(77, Local(77));
        static int Local(int n) => Forms.Overloaded(n);
        Assert.Equal(77, Enumerable.Repeat(77, 3).Select(n => Forms.Overloaded(n)).Last());
    }));

    [Fact]
    public void Call_Overloads_AreTwoCaches() => Assert.Equal(2, Computed.Count(() =>
    {
        Assert.Equal(1, Forms.Overloaded(1));
        Assert.Equal(1, Forms.Overloaded("1"));
        Assert.Equal(1, Memo.Forms.OverloadedString.Info().Count);
    }));

    [Fact]
    public void Call_VirtualBoundToTheAttributedSymbol_IsCached() => Assert.Equal(1, Computed.Count(() =>
    {
        Base instance = new Derived();
        Assert.Equal(104, instance.Compute(4));
        Assert.Equal(104, instance.Compute(4));
    }));

    [Fact]
    public void Call_Base_RunsUncachedAndEnds()
    {
        var derived = new Derived();
#pragma warning disable TKC003, TKC024 // What the test is about.
        Assert.Equal(2, Computed.Count(() => Assert.Equal(6, derived.CallBaseTwice(3))));
        Assert.Equal(103, derived.Compute(3));
#pragma warning restore TKC003, TKC024
    }

    [Fact]
    public void Call_ExpressionTree_RunsUncached()
    {
#pragma warning disable TKC004 // What the test is about.
        Expression<Func<int, int>> tree = n => Forms.Overloaded(n);
#pragma warning restore TKC004
        var compiled = tree.Compile();
        Assert.Equal(2, Computed.Count(() => Assert.Equal(62, compiled(31) + compiled(31))));
    }

    [Fact]
    public void Call_ThroughInvoke_IsTheCachedDelegate() => Assert.Equal(1, Computed.Count(() =>
        Assert.Equal([88, 88], new[] { 88, 88 }.Select(Memo.Forms.OverloadedInt32.Invoke))));

    [Fact]
    public void Call_MethodGroup_RunsUncached()
    {
#pragma warning disable TKC002 // What the test is about.
        Func<int, int> group = Forms.Nullary;
#pragma warning restore TKC002
        Assert.Equal(2, Computed.Count(() => Assert.Equal(6, group(3) + group(3))));
    }

    [Fact]
    public async Task Call_PartialMethod_IsAlwaysCached() => Assert.Equal(2, await Computed.CountAsync(async () =>
    {
        Func<int, int> group = Forms.Partial;
        Assert.Equal(5, group(4));
        Assert.Equal(5, Forms.Partial(4));
        Assert.Equal("loaded x", await Forms.PartialAsync("x", default));
        Assert.Equal("loaded x", await Forms.PartialAsync("x", TestContext.Current.CancellationToken));
    }));

    [Fact]
    public void Call_PartialExtensionMethodWithParams_IsCached() => Assert.Equal(1, Computed.Count(() =>
    {
        Assert.Equal(3, "a".Longest("bbb", "cc"));
        Assert.Equal(3, Forms.Longest("a", "bbb", "cc"));
    }));

    [Fact]
    public void Call_NullablesTuplesKeywordsAndNoArguments_AreCached() => Assert.Equal(5, Computed.Count(() =>
    {
        Assert.Equal(-1, Forms.Optional(null));
        Assert.Equal(-1, Forms.Optional(null));
        Assert.Equal(3, Forms.Optional(3));
        Assert.Equal(3, Forms.Optional(3));
        Assert.Equal(1, Forms.Tupled((1, 2.0)));
        Assert.Equal(1, Forms.Tupled((1, 2.0)));
        Assert.Equal(4, Forms.@class(4));
        Assert.Equal(4, Forms.@class(4));
        Assert.Equal(42, Forms.Nothing());
        Assert.Equal(42, Forms.Nothing());
    }));

    [Fact]
    public async Task Call_OtherAssembly_UsesItsCache()
    {
        var before = Library.Calls;
        Assert.Equal(8, Library.Twice(4));
        Assert.Equal(8, Library.TwiceFromWithin(4));
        Assert.Equal(before + 1, Library.Calls);
        Assert.Equal(1, TestLibrary.Memo.Twice.Info().Hits);
        Assert.Equal("a", await Library.EchoAsync("a", TestContext.Current.CancellationToken));
        Assert.Equal("a", await Library.EchoAsync("a"));
        Assert.Equal(before + 2, Library.Calls);
        Assert.Equal(9, Library.Thrice(3));
        Assert.Equal(9, Library.Thrice(3));
        Assert.Equal(before + 3, Library.Calls);
    }

    [Fact]
    public void Call_VirtualOfOtherAssembly_IsCached()
    {
        var shape = new Shape();
        Assert.Equal(25, shape.Area(5));
        Assert.Equal(25, shape.Area(5));
        Assert.Equal(1, shape.Calls);
    }

    [Fact]
    public async Task Call_InterfaceMethod_IsCachedForEachInstance()
    {
        IPrices prices = new Prices();
        Assert.Equal(7.01m, await prices.GetAsync(7, default));
        Assert.Equal(7.01m, await prices.GetAsync(7, TestContext.Current.CancellationToken));
        Assert.Equal(1, TestLibrary.Memo.IPrices.GetAsync.Info(prices).Hits);
    }
}
