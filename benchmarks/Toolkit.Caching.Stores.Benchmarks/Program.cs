// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
using BenchmarkDotNet.Running;
using Toolkit.Caching.Stores.Benchmarks;

switch (args)
{
    case ["--full", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
        break;
    case [MixedLoad.WorkerArgument, var folder, var seconds, var kind]:
        MixedLoad.Work(folder, TimeSpan.FromSeconds(int.Parse(seconds)), Enum.Parse<MixedLoad.WorkerKind>(kind));
        break;
    case ["--servers"]:
        await ServerComparison.RunAsync();
        break;
    case ["--floor"]:
        MixedLoad.RunFloor();
        break;
    case ["--disk"]:
        await DiskComparison.RunAsync();
        break;
    case ["--mixed", .. var more]:
        MixedLoad.Run(traced: more is ["--trace"]);
        break;
    default:
        await DiskComparison.RunAsync();
        await ServerComparison.RunAsync();
        PythonComparison.Run();
        MixedLoad.Run(traced: false);
        MixedLoad.RunFloor();
        break;
}
