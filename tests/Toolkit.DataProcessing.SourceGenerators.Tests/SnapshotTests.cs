using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing.SourceGenerators.Tests;

/// <summary>
/// The generated code against files that a person has read. To take over a wanted change, run the tests with
/// TOOLKIT_UPDATE_SNAPSHOTS=1 and look at the difference.
/// </summary>
public class SnapshotTests
{
    [Fact]
    public void Emit_PositionalRecord_MatchesTheSnapshot() => Verify("PositionalRecord", """
        namespace Samples;
        [CsvRecord]
        public readonly partial record struct Trip([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total);
        """);

    [Fact]
    public void Emit_NestedClassWithOptions_MatchesTheSnapshot() => Verify("NestedClassWithOptions", """
        #nullable enable
        internal partial class Outer
        {
            public enum Kind { Small, Large }

            [CsvRecord(PoolStrings = true, Culture = "de-DE")]
            public sealed partial class Row
            {
                public required string Name { get; init; }
                [CsvColumn(2, NullValues = new[] { "NA" })] public decimal? Price { get; set; }
                [CsvColumn(Default = Kind.Large)] public Kind Kind { get; set; }
                [CsvColumn("day", Format = "dd.MM.yyyy", Aliases = new[] { "date", "Tag" })] public DateOnly Day { get; set; }
                [CsvColumn(Optional = true)] public long @long { get; set; }
                [CsvIgnore] public object? Tag { get; set; }
            }
        }
        """);

    private static void Verify(string name, string source, [CallerFilePath] string thisFile = "")
    {
        var generated = GeneratorHost.Generate(source);
        var path = Path.Combine(Path.GetDirectoryName(thisFile)!, "Snapshots", name + ".txt");
        if (Environment.GetEnvironmentVariable("TOOLKIT_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, generated);
        }

        Assert.Equal(File.ReadAllText(path), generated);
    }
}
