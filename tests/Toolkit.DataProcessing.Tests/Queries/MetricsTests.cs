using System.Diagnostics.Metrics;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

public sealed class MetricsTests
{
    [Fact]
    public async Task Meter_OfRuns_CountsBytesRecordsAndOutcomes()
    {
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == DataProcessingDiagnostics.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add($"{instrument.Name}:{tags[0].Value}", 1));
        listener.Start();

        var bytes = Encoding.UTF8.GetBytes("a,b\n1,2\n3\n4,5\n");
        var query = Csv.Scan(Csv.Memory(bytes, new CsvOptions())).With(new RunOptions { BadRows = BadRows.Skip });
        await query.RunAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<CsvBadRowException>(() => query.With(new RunOptions()).RunAsync(TestContext.Current.CancellationToken));

        // Other tests run at the same time: at least what this one did.
        lock (sums)
        {
            Assert.True(sums["toolkit.dataprocessing.bytes"] >= bytes.Length);
            Assert.True(sums["toolkit.dataprocessing.records"] >= 3);
            Assert.True(sums["toolkit.dataprocessing.records.bad"] >= 1);
            Assert.True(sums["toolkit.dataprocessing.partitions"] >= 1);
            Assert.True(sums["toolkit.dataprocessing.run.duration:completed"] >= 1);
            Assert.True(sums["toolkit.dataprocessing.run.duration:failed"] >= 1);
        }

        void Add(string name, double value)
        {
            lock (sums)
            {
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }
    }
}
