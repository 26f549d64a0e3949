namespace Toolkit.DataProcessing.Tests.Oracle;

/// <summary>Runs both sides over the same bytes and compares records, positions and rejects.</summary>
internal static class OracleComparison
{
    public static async Task<RunReport> AssertEqualAsync(byte[] bytes, CsvOptions options, RunOptions run, SlowReader? expected = null)
    {
        if (expected is null)
        {
            expected = new SlowReader(options);
            expected.Read(bytes);
        }

        var quarantine = Path.Combine(Path.GetTempPath(), $"oracle-{Guid.NewGuid():N}.csv");
        try
        {
            var rejects = new List<BadRow>();
            var options2 = run with { BadRows = BadRows.Quarantine(quarantine), OnBadRow = rejects.Add };
            var result = await options2.Backend.RunAsync(Csv.Memory(bytes, options), new FingerprintJob(), options2, CancellationToken.None);
            AssertSame(expected.Records, result.State, "record");
            var found = rejects.ConvertAll(r => new OracleReject(r.ByteOffset, r.Line, r.Reason, Fnv.Add(Fnv.Start, r.Raw.Span)));
            AssertSame(expected.Rejects, found, "reject");
            Assert.Equal(expected.Records.Count + expected.Rejects.Count, result.Report.Records);
            Assert.Equal(expected.Rejects.Count, result.Report.BadRecords);
            Assert.Equal(bytes.Length, result.Report.Bytes);
            return result.Report;
        }
        finally
        {
            File.Delete(quarantine);
        }
    }

    private static void AssertSame<T>(List<T> expected, List<T> actual, string what)
    {
        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            if (!expected[i]!.Equals(actual[i]))
            {
                Assert.Fail($"{what} {i} of {expected.Count}: expected {expected[i]}, got {actual[i]}");
            }
        }

        Assert.Equal(expected.Count, actual.Count);
    }
}
