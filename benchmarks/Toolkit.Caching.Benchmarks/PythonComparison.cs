using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Toolkit.Benchmarking;

namespace Toolkit.Caching.Benchmarks;

/// <summary>The same function under functools.lru_cache, where there is a python3.</summary>
internal static class PythonComparison
{
    private const string Script = """
        import functools, time
        @functools.lru_cache(maxsize=1000)
        def two(n, text):
            return n + len(text)
        best = 1e9
        for _ in range(9):
            start = time.perf_counter_ns()
            for i in range(200000):
                two(i & 63, "hello")
            hit = time.perf_counter_ns() - start
            start = time.perf_counter_ns()
            for i in range(200000):
                i & 63
            best = min(best, (hit - (time.perf_counter_ns() - start)) / 200000)
        print(best)
        """;

    public static void Run()
    {
        if (Python() is not { } theirs)
        {
            Console.WriteLine("# no python3 here: functools.lru_cache is not compared");
            return;
        }

        Func<double> sample = Measure.Nanoseconds(200_000, static () =>
        {
            for (var i = 0; i < 200_000; i++)
            {
                Methods.Two(i & 63, "hello");
            }
        });
        sample();
        Comparison.Print("hit.int-string.functools-lru-cache", Enumerable.Range(0, 9).Min(_ => sample()), theirs, Better.Lower, "ns");
    }

    private static double? Python()
    {
        try
        {
            var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(Script);
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
