using BenchmarkDotNet.Attributes;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>Each question by each side over files of 100 MB: for <c>--full</c>, with allocations.</summary>
[MemoryDiagnoser]
public class CsvBenchmarks
{
    private const int Megabytes = 100;

    private Func<string, string> _side = null!;
    private string _path = null!;

    [ParamsSource(nameof(Tasks))]
    public string File { get; set; } = null!;

    [Params("ours-1", "ours-2", "sylvan", "csvhelper", "duckdb-1", "duckdb-2")]
    public string Side { get; set; } = null!;

    public static IEnumerable<string> Tasks => CsvTask.All.Select(task => task.Name);

    [GlobalSetup]
    public void Setup()
    {
        var task = CsvTask.All.First(task => task.Name == File);
        _path = task.Generate(Megabytes);
        _side = task.Sides[Side];
    }

    [Benchmark]
    public string Answer() => _side(_path);
}
