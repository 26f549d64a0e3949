using System.Globalization;
using Spectre.Console;
using Toolkit.DataProcessing;

namespace Quickstart;

/// <summary>Shows how far the job is: bars on a terminal, plain lines when the output is redirected.</summary>
internal abstract class Screen
{
    public static Screen Create() => Console.IsOutputRedirected ? new PlainScreen() : new TerminalScreen();

    /// <summary>Runs one step; <paramref name="work"/> reports how much of it is done, from 0 to 1.</summary>
    public abstract Task StepAsync(string title, Func<IProgress<double>, Task> work);

    public abstract void Table(string title, string[] columns, IEnumerable<string[]> rows);

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public void Line(string text) => Console.WriteLine(text);
}

internal sealed class PlainScreen : Screen
{
    public override async Task StepAsync(string title, Func<IProgress<double>, Task> work)
    {
        Console.WriteLine($"{title} …");
        await work(new EveryQuarter(title));
    }

    public override void Table(string title, string[] columns, IEnumerable<string[]> rows)
    {
        Console.WriteLine($"{title}: {string.Join(" | ", columns)}");
        foreach (var row in rows)
        {
            Console.WriteLine("  " + string.Join(" | ", row));
        }
    }

    private sealed class EveryQuarter(string title) : IProgress<double>
    {
        private readonly Lock _lock = new();
        private int _shown;

        public void Report(double value)
        {
            lock (_lock)
            {
                var quarter = (int)(value * 4);
                if (quarter > _shown && quarter < 4)
                {
                    _shown = quarter;
                    Console.WriteLine($"{title} … {quarter * 25}%");
                }
            }
        }
    }
}

internal sealed class TerminalScreen : Screen
{
    public override Task StepAsync(string title, Func<IProgress<double>, Task> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1);
                await work(new Bar(task));
                task.Value = 1;
            });

    public override void Table(string title, string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        table.AddColumn(columns[0]);
        foreach (var column in columns[1..])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
    }

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
