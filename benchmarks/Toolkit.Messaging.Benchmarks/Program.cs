// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
using BenchmarkDotNet.Running;

if (args is ["--full", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return;
}
