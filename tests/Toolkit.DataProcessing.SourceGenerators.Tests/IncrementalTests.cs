using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.DataProcessing.SourceGenerators.Tests;

public class IncrementalTests
{
    private const string Record = "[CsvRecord] public partial record R([CsvColumn(Aliases = new[] { \"x\" }, NullValues = new[] { \"NA\" })] int? A, DayOfWeek B);";

    [Fact]
    public void Run_EditElsewhere_MakesNothingAnew()
    {
        var step = ReasonsAfter(compilation => compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[1],
            CSharpSyntaxTree.ParseText("class Other { int _changed; }", (CSharpParseOptions)compilation.SyntaxTrees[1].Options)));

        Assert.All(step.Model, reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString()));
        Assert.All(step.Output, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Run_CommentInTheRecordsFile_MakesNoNewOutput()
    {
        var step = ReasonsAfter(compilation => compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[0],
            CSharpSyntaxTree.ParseText(compilation.SyntaxTrees[0] + " // a comment", (CSharpParseOptions)compilation.SyntaxTrees[0].Options, compilation.SyntaxTrees[0].FilePath)));

        Assert.All(step.Model, reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(step.Output, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void Run_ChangedColumn_MakesTheOutputAnew()
    {
        var step = ReasonsAfter(compilation => compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees[0],
            CSharpSyntaxTree.ParseText(compilation.SyntaxTrees[0].ToString().Replace("\"NA\"", "\"-\"", StringComparison.Ordinal), (CSharpParseOptions)compilation.SyntaxTrees[0].Options)));

        Assert.Contains(IncrementalStepRunReason.Modified, step.Model);
    }

    private static (IncrementalStepRunReason[] Model, IncrementalStepRunReason[] Output) ReasonsAfter(Func<CSharpCompilation, CSharpCompilation> change)
    {
        var token = TestContext.Current.CancellationToken;
        var compilation = GeneratorHost.Compile(Record, "class Other { }");
        var driver = GeneratorHost.Driver().RunGenerators(compilation, token).RunGenerators(change(compilation), token);
        var result = driver.GetRunResult().Results[0];
        return (
            [.. result.TrackedSteps[CsvRecordGenerator.ModelStep].SelectMany(step => step.Outputs).Select(output => output.Reason)],
            [.. result.TrackedOutputSteps.SelectMany(steps => steps.Value).SelectMany(step => step.Outputs).Select(output => output.Reason)]);
    }
}
