// A job that may be killed at any time: started again, it goes on after its last checkpoint and gives the same bytes.
//   ResumableJob                 kills itself in the middle, starts itself again, and compares with an undisturbed run
//   ResumableJob run INPUT OUT   the job alone: kill it, start it again
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Toolkit.DataProcessing;

if (args is ["run", var from, var to, ..])
{
    await RunAsync(from, to, killAfter: args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : int.MaxValue);
    return 0;
}

var folder = Directory.CreateTempSubdirectory("resumable-job-").FullName;
try
{
    var input = Path.Combine(folder, "readings.csv");
    using (var writer = new StreamWriter(input))
    {
        writer.Write("sensor,value\n");
        for (var i = 0; i < 400_000; i++)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"sensor-{i * 7919L % 101},{i * 31L % 10007 / 100.0}\n"));
        }
    }

    var undisturbed = Path.Combine(folder, "undisturbed.csv");
    await RunAsync(input, undisturbed, killAfter: int.MaxValue);

    var output = Path.Combine(folder, "output.csv");
    var kills = 0;
    for (var killAfter = 20; Start(input, output, killAfter) != 0; killAfter += 20)
    {
        kills++;
        Console.WriteLine($"killed; the output is {(File.Exists(output) ? "there" : "not there yet")}");
    }

    var same = Hash(undisturbed) == Hash(output);
    Console.WriteLine($"done: killed {kills}, same bytes {same}");
    return same && kills > 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task RunAsync(string input, string output, int killAfter)
{
    var options = new RunOptions
    {
        CheckpointFolder = output + ".checkpoint",
        CheckpointPartitions = 4,
        PartitionBytes = 64 * 1024,
        Progress = new KillSwitch(killAfter),
        ProgressInterval = TimeSpan.Zero,
    };
    var report = await Csv.Scan<Reading>(input).With(options).Where(reading => reading.Value > 10).WriteCsvAsync(output);
    Console.WriteLine($"written: {report.Outputs[0].Records} of {report.Records} records in {report.Partitions} partitions");
}

static int Start(string input, string output, int killAfter)
{
    // The same program again, as its own process.
    var start = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet"
        ? new ProcessStartInfo(host, [typeof(Reading).Assembly.Location])
        : new ProcessStartInfo(Environment.ProcessPath!);
    foreach (var argument in (string[])["run", input, output, killAfter.ToString(CultureInfo.InvariantCulture)])
    {
        start.ArgumentList.Add(argument);
    }

    using var process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

[CsvRecord]
internal partial record Reading(string Sensor, double Value);

/// <summary>Kills the process the hard way (no exception, no clean-up) after some partitions of this start.</summary>
internal sealed class KillSwitch(int partitions) : IProgress<RunProgress>
{
    private int _reports;

    public void Report(RunProgress value)
    {
        if (++_reports == partitions)
        {
            Process.GetCurrentProcess().Kill();
        }
    }
}
