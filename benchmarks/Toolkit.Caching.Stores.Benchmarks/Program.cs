// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
using BenchmarkDotNet.Running;
using Toolkit.Caching.Stores.Benchmarks;

switch (args)
{
    case ["--full", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
        break;
    case [MixedLoad.WorkerArgument, var folder, var seconds]:
        MixedLoad.Work(folder, TimeSpan.FromSeconds(int.Parse(seconds)));
        break;
    case ["--mixed"]:
        MixedLoad.Run();
        break;
    default:
        await DiskComparison.RunAsync();
        await ServerComparison.RunAsync();
        PythonComparison.Run();
        MixedLoad.Run();
        break;
}
