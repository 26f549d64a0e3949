// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
using BenchmarkDotNet.Running;
using Toolkit.Caching.Benchmarks;

if (args is ["--full", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return;
}

if (args is [] or ["hits"])
{
    HitComparison.Run();
}

if (args is [] or ["misses"])
{
    MissComparison.Run();
}

if (args is [] or ["threads"])
{
    ThreadComparison.Run();
}

if (args is [] or ["ratios"])
{
    RatioComparison.Run();
}

if (args is [] or ["python"])
{
    PythonComparison.Run();
}
