using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public class StandardInputTests
{
    [Theory]
    [InlineData(CsvCompression.None)]
    [InlineData(CsvCompression.Gzip)]
    [InlineData(CsvCompression.Zstandard)]
    public async Task Scan_StandardInput_CountsWhatIsPiped(CsvCompression kind)
    {
        var bytes = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i},\"x\ny\"\n")));
        using var worker = Worker.Start("count");
        var answer = worker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        await worker.StandardInput.BaseStream.WriteAsync(kind == CsvCompression.None ? bytes : Archives.Compress(kind, bytes), TestContext.Current.CancellationToken);
        worker.StandardInput.Close();

        Assert.Equal("200000", (await answer).Trim());
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
