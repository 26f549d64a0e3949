// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
//   --megabytes N     the size of each generated file (300)
//   --only NAME       one of the files: station, taxi, text, flights; io, or gzip, zstd, parquet, quarantine, checkpoints
//   --large           files of 2 GB under a budget of 64 MB instead (with --only NAME: one of them); minutes, and 2 GB of disk
//   --groups [SIDE]   groups of millions of keys instead, in memory and on disk (with SIDE: memory-1, disk-2 and the like alone)
//   --once FILE NAME SIDE BUDGET   one run in this process, for a peak of memory of its own
//   --loop FILE NAME SIDE TIMES    the same again and again, for a profiler; prints the median
using BenchmarkDotNet.Running;
using Toolkit.DataProcessing.Benchmarks;

if (args is ["--full", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return;
}

if (args is ["--once", var path, var task, var who, var budget])
{
    OwnOptions.MemoryBudget = long.Parse(budget);
    SingleRun.Run(path, task, who);
    return;
}

if (args is ["--loop", var file, var question, var side, var times])
{
    SingleRun.Loop(file, question, side, int.Parse(times));
    return;
}

if (args is ["--groups", .. var one])
{
    GroupsRun.Run(one is [var alone] ? alone : null);
    return;
}

if (args is ["--large", .. var which])
{
    LargeRun.Run(which is ["--only", var name] ? name : null);
    return;
}

var megabytes = 300;
string? only = null;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--megabytes": megabytes = int.Parse(args[i + 1]); break;
        case "--only": only = args[i + 1]; break;
        default: throw new ArgumentException($"{args[i]}: not an option");
    }
}

QuickComparison.Run(megabytes, only);
IoComparison.Run(only);
