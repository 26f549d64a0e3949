using Microsoft.Extensions.DependencyInjection;
using Toolkit.Async;
using Toolkit.Caching;
using Toolkit.DataProcessing;
using Toolkit.Messaging;

namespace Quickstart;

/// <summary>
/// The main job: scan, aggregate, write, look up, publish, subscribe, reconcile.
/// </summary>
internal sealed class Job(Arguments arguments, Screen screen)
{
    private const string Topic = "costly-strikes";
    private const int LookupsInFlight = 16;
    private const int TableRows = 10;

    // Less than the default, so that even the small file that comes with the sample is read by several threads.
    private const int PartitionBytes = 256 << 10;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var output = StagedFolder.Create(arguments.Output);
        using var repeated = arguments.Repeat > 1 ? await RepeatAsync(cancellationToken) : null;
        var input = repeated?.Glob ?? arguments.Input;
        await AirportDirectory.LoadAsync(Path.Combine(Arguments.DataFolder, "airports.csv"), cancellationToken);

        var groups = await AggregateAsync(input, output.In("quarantine.csv"), cancellationToken);
        await WriteAsync(input, output.In("strikes"), cancellationToken);
        var (published, ledger) = await PublishAsync(input, cancellationToken);

        Show(groups);
        var expected = (Messages: groups.Sum(g => g.Value.Item3), Cost: groups.Sum(g => g.Value.Item4));
        Reconcile("published", expected.Messages, published);
        Reconcile("consumed", published, ledger.Messages);
        Reconcile("cost", expected.Cost, ledger.Cost);
        output.Commit();
        screen.Line($"The strikes by state and the rejected rows are in {Path.GetFullPath(arguments.Output)}");
        screen.Line($"done: read {groups.Report.Records}, rejected {groups.Report.BadRecords}, published {published}, consumed {ledger.Messages}, cost {ledger.Cost}");
    }

    private async Task<RepeatedInput> RepeatAsync(CancellationToken cancellationToken)
    {
        RepeatedInput? repeated = null;
        var inputs = Csv.Files(arguments.Input, new CsvOptions()).Names;
        await screen.StepAsync($"Copy the input {arguments.Repeat} times", async progress =>
            repeated = await RepeatedInput.CreateAsync(inputs, arguments.Repeat, progress, cancellationToken));
        return repeated!;
    }

    /// <summary>What cost money, by species and state: strikes, dollars, and of those over the limit both again.</summary>
    private async Task<CsvGroups<(string Species, string State), (long, long, long, long)>> AggregateAsync(string input, string quarantine, CancellationToken cancellationToken)
    {
        CsvGroups<(string, string), (long, long, long, long)>? groups = null;
        var limit = arguments.Limit;
        await screen.StepAsync("Scan and aggregate", async progress =>
            groups = await Csv.Scan<Strike>(input)
                .With(Run(progress) with { BadRows = BadRows.Quarantine(quarantine) })
                .Where(strike => strike.Cost > 0)
                .GroupBy(strike => (strike.Species, strike.State))
                .AggregateAsync(
                    a => a.Count(),
                    a => a.Sum(strike => strike.Cost),
                    a => a.Sum(strike => strike.Cost >= limit ? 1L : 0L),
                    a => a.Sum(strike => strike.Cost >= limit ? strike.Cost : 0L),
                    cancellationToken));
        return groups!;
    }

    private Task WriteAsync(string input, string folder, CancellationToken cancellationToken) =>
        screen.StepAsync("Write by state", progress =>
            Csv.Scan<Strike>(input)
                .With(Run(progress))
                .Where(strike => strike.Cost > 0)
                .WriteCsvAsync(folder, new CsvWriteOptions { PartitionBy = ["Origin State"] }, cancellationToken));

    private async Task<(long Published, CostLedger Ledger)> PublishAsync(string input, CancellationToken cancellationToken)
    {
        var ledger = new CostLedger();
        await using var services = new ServiceCollection()
            .AddSingleton(ledger)
            .AddMessaging(messaging => messaging
                .UseInMemory()
                .UseJson(MessageContext.Default)
                .AddSubscription<CostlyStrike, CostHandler>(Topic, group: "accounting"))
            .BuildServiceProvider();
        var runtime = services.GetRequiredService<IMessagingRuntime>();
        var publisher = services.GetRequiredService<IMessagePublisher>();
        await runtime.StartAsync(cancellationToken);

        var published = 0L;
        await screen.StepAsync("Look up and publish", async progress =>
        {
            var costly = Csv.Scan<Strike>(input).With(Run(progress)).Where(strike => strike.Cost >= arguments.Limit);
            await FanOut.ForEachAsync(costly.ToAsyncEnumerable(cancellationToken), async (strike, token) =>
            {
                var city = await AirportDirectory.FindCityAsync(strike.Airport, token);
                var message = new CostlyStrike(strike.Date, strike.Airport, city, strike.State, strike.Species, strike.Cost);
                await publisher.PublishAsync(Topic, message, key: strike.State, token);
                Interlocked.Increment(ref published);
            }, LookupsInFlight, cancellationToken);
            await publisher.FlushAsync(cancellationToken);
            await runtime.Subscriptions[0].CatchUpAsync(cancellationToken);
        });
        await runtime.StopAsync(cancellationToken);
        return (published, ledger);
    }

    private void Show(CsvGroups<(string Species, string State), (long Count, long Cost, long, long)> groups)
    {
        ShowBy("Species", groups.GroupBy(g => g.Key.Species));
        ShowBy("State", groups.GroupBy(g => g.Key.State));
        var cache = Memo.FindCityAsync.Info();
        screen.Line($"Airport look-ups: {Screen.Number(cache.Hits)} hits, {Screen.Number(cache.Misses)} misses (those that wait for the same airport share one look-up)");
        var report = groups.Report;
        screen.Line($"Scanned {Screen.Number(report.Bytes)} bytes in {Screen.Number(report.Partitions)} partitions on {report.Workers} threads in {report.Elapsed.TotalMilliseconds:0} ms");
    }

    private void ShowBy(string name, IEnumerable<IGrouping<string, CsvGroup<(string, string), (long Count, long Cost, long, long)>>> groups) =>
        screen.Table($"What strikes cost, by {name.ToLowerInvariant()}", [name, "Strikes", "Dollars"], groups
            .Select(g => (g.Key, Count: g.Sum(x => x.Value.Count), Cost: g.Sum(x => x.Value.Cost)))
            .OrderByDescending(g => g.Cost)
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .Take(TableRows)
            .Select(g => new[] { g.Key, Screen.Number(g.Count), Screen.Number(g.Cost) }));

    private RunOptions Run(IProgress<double> progress) => new()
    {
        Workers = arguments.Workers,
        PartitionBytes = PartitionBytes,
        BadRows = BadRows.Skip, // The first scan puts them into the quarantine.
        Progress = new Fraction(progress),
    };

    private static void Reconcile(string what, long expected, long actual)
    {
        if (expected != actual)
        {
            throw new InvalidDataException($"the numbers don't reconcile: {what} should be {expected} and is {actual}.");
        }
    }

    private sealed class Fraction(IProgress<double> progress) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => progress.Report(value.Fraction);
    }
}
