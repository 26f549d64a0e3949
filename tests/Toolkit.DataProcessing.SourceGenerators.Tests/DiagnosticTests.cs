namespace Toolkit.DataProcessing.SourceGenerators.Tests;

public class DiagnosticTests
{
    [Theory]
    [InlineData("TKD001", "[CsvRecord] public record R(int A);")]
    [InlineData("TKD001", "public class Outer { [CsvRecord] public partial record R(int A); }")]
    [InlineData("TKD002", "[CsvRecord] public partial record R(object A);")]
    [InlineData("TKD002", "[CsvRecord] public partial record R(int[] A);")]
    [InlineData("TKD003", "[CsvRecord] public partial record R([CsvColumn(\"x\")] int A, [CsvColumn(\"x\")] int B);")]
    [InlineData("TKD003", "[CsvRecord] public partial record R([CsvColumn(1)] int A, [CsvColumn(1)] int B);")]
    [InlineData("TKD004", "[CsvRecord] public partial class R { public R(int a) {} public R(string b) {} }")]
    [InlineData("TKD005", "[CsvRecord] public partial record R([CsvColumn(Default = \"x\")] int A);")]
    [InlineData("TKD005", "[CsvRecord] public partial record R([CsvColumn(Default = 300)] byte A);")]
    [InlineData("TKD005", "[CsvRecord] public partial record R([CsvColumn(Default = 1.5)] int A);")]
    [InlineData("TKD005", "[CsvRecord] public partial record R([CsvColumn(Default = \"2024-02-30\")] DateOnly A);")]
    [InlineData("TKD005", "[CsvRecord] public partial record R([CsvColumn(Default = 1)] string A);")]
    [InlineData("TKD005", "public enum E { A } [CsvRecord] public partial record R([CsvColumn(Default = \"B\")] E A);")]
    [InlineData("TKD006", "[CsvRecord] public partial record R([CsvColumn(Parser = typeof(string))] int A);")]
    [InlineData("TKD007", "[CsvRecord] public partial record R<T>(int A);")]
    [InlineData("TKD007", "[CsvRecord] public abstract partial record R(int A);")]
    [InlineData("TKD007", "[CsvRecord] public ref partial struct R { public int A { get; set; } }")]
    [InlineData("TKD008", "[CsvRecord] public partial record R([CsvColumn(Format = \"x\")] int A);")]
    [InlineData("TKD008", "[CsvRecord] public partial record R([CsvColumn(Pool = true)] int A);")]
    [InlineData("TKD008", "[CsvRecord] public partial record R([CsvColumn(Culture = \"de-DE\")] Guid A);")]
    [InlineData("TKD009", "[CsvRecord] public partial class R { public int A => 1; }")]
    [InlineData("TKD010", "[CsvRecord] public partial record R([CsvColumn(-2)] int A);")]
    [InlineData("TKD010", "[CsvRecord] public partial record R([CsvColumn(\"\")] int A);")]
    public void Diagnose_Mistake_IsNamedAndNothingIsGenerated(string id, string source)
    {
        var diagnostic = Assert.Single(GeneratorHost.Diagnose(source));

        Assert.Equal(id, diagnostic.Id);
        Assert.True(diagnostic.Location.IsInSource || diagnostic.Location.GetLineSpan().IsValid);
        Assert.DoesNotContain("{", diagnostic.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[CsvRecord] public partial record R(int A, int B = 5);")]
    [InlineData("[CsvRecord] public partial class R { public int A { get; init; } private int B { get; set; } public static int C { get; set; } }")]
    [InlineData("[CsvRecord] public partial struct R { public int A { get; set; } }")]
    [InlineData("[CsvRecord] public partial class R(int a) { public int A => a; }")]
    [InlineData("[CsvRecord] public partial class R { public R(int a, double? b) { A = a; } public int A { get; } }")]
    [InlineData("namespace @namespace; [CsvRecord] public partial record @class(int @int, string? @string);")]
    [InlineData("[CsvRecord] public partial record R([property: CsvColumn(\"x\")] int A, [CsvColumn(Default = double.NaN)] double B, [CsvColumn(Default = 'x')] char C, [CsvColumn(Default = 5)] long? D, [CsvColumn(Default = true)] bool E, float F = 1.5f, decimal G = 2.5m, string? H = null, string I = \"a\\\"b\");")]
    [InlineData("public class P : ICsvFieldParser<object> { public static bool TryParse(ReadOnlySpan<byte> u, out object v) { v = u.Length; return true; } } [CsvRecord] public partial record R([CsvColumn(Parser = typeof(P))] object A, [CsvColumn(Parser = typeof(P))] object? B);")]
    [InlineData("[CsvRecord] public partial record R(TimeSpan A, Version? B, Int128 C, DayOfWeek D, [CsvColumn(Default = \"Monday\")] DayOfWeek E, [CsvColumn(Default = \"0f8fad5b-d9cb-469f-a165-70867728950e\")] Guid F, DayOfWeek G = DayOfWeek.Friday);")]
    public void Generate_EveryShape_CompilesWithoutWarnings(string source) =>
        Assert.Contains("TryParse(in", GeneratorHost.Generate(source), StringComparison.Ordinal);
}
