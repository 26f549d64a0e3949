// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
using BenchmarkDotNet.Running;
using Toolkit.Async.Benchmarks;

if (args is ["--full", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return;
}

if (args is [] or ["fanout"])
{
    FanOutComparison.Run();
}

if (args is [] or ["locks"])
{
    LockComparison.Run();
}
