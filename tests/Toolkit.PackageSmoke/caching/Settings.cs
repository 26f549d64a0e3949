// A project whose settings are not the template's: an empty root namespace, no implicit usings, nullable off, C# 12, warnings
// as errors, compiler features, overflow checks, documentation. Every name that has to be in full is.
namespace @event.@class;

using System;
using System.Threading;
using System.Threading.Tasks;
using Toolkit.Caching;

internal static partial class Program
{
    private static int s_calls;

    private static int Main()
    {
        var service = new Service();
        var sum = Square(3) + Square(3) + Partial("a") + Partial("a") + Late(1, default).Result + Late(1, default).Result + service.Get(1) + service.Get(1);
        var isRight = s_calls == 4 && sum == 2 * (9 + 1 + 1 + 1) && Memo.Program.Square.Info().Hits == 1 && Memo.Program.Service.Get.Info(service).Count == 1;
        Console.WriteLine(isRight ? "all as they have to be" : "wrong: " + s_calls + " calls, sum " + sum);
        return isRight ? 0 : 1;
    }

    [Memoize(Capacity = 16)]
    private static int Square(int n) => n * n + Counted();

    [Memoize]
    private static partial int Partial(string @string);

    private static int PartialCore(string @string) => @string.Length + Counted();

    [Memoize(TimeToLive = "01:00:00")]
    private static async Task<int> Late(int n, CancellationToken token)
    {
        await Task.Yield();
        return n + Counted();
    }

    private static int Counted()
    {
        s_calls++;
        return 0;
    }

    internal sealed class Service
    {
        [Memoize]
        internal int Get(int n) => n + Counted();
    }
}
