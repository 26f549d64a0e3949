namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>A question to a file, and each side's way to answer it. The answers are texts, which must be equal.</summary>
internal sealed record CsvTask(string Name, Func<int, string> Generate, IReadOnlyDictionary<string, Func<string, string>> Sides)
{
    public static readonly IReadOnlyList<CsvTask> All = 
        [StationTask.Task, TaxiTask.Task, TextTask.Task, .. FlightsTask.Find() is null ? (CsvTask[])[] : [FlightsTask.Task]];
}
