// eng/bench.sh runs the quick comparison; with --full, BenchmarkDotNet runs every benchmark of this assembly.
// --only memory|rabbitmq|kafka runs a part of the quick comparison.
// --loop bytes|json|keys SECONDS runs one workload of the in-memory broker, to be profiled or compared with another build.
using System.Globalization;
using BenchmarkDotNet.Running;
using Toolkit.Messaging.Benchmarks;

if (args is ["--full", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return;
}

if (args is ["--loop", "bytes" or "json" or "keys", var seconds])
{
    await MemoryLoop.RunAsync(args[1], TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
    return;
}

var only = args is ["--only", var part] ? part : null;
if (only is null or "memory")
{
    await MemoryComparison.RunAsync();
}

if (only is null or "rabbitmq")
{
    await RabbitMqComparison.RunAsync();
}

if (only is null or "kafka")
{
    await KafkaComparison.RunAsync();
}
