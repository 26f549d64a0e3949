using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>
/// Implements ICsvRecord for types with [CsvRecord]. The pipeline carries values only (no symbols, no syntax), so an edit
/// elsewhere in the program runs nothing again behind the first step.
/// </summary>
[Generator(LanguageNames.CSharp)]
internal sealed class CsvRecordGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step whose results the incremental tests look at.</summary>
    internal const string ModelStep = "CsvRecordModel";

    private const string AttributeName = "Toolkit.DataProcessing.CsvRecordAttribute";

    /// <inheritdoc />
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var results = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeName,
                static (node, _) => node is TypeDeclarationSyntax,
                static (attributed, cancellation) => RecordReader.Read(attributed, cancellation))
            .WithTrackingName(ModelStep);

        context.RegisterSourceOutput(results, static (output, result) =>
        {
            foreach (var diagnostic in result.Diagnostics)
            {
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            }

            if (result.Model is { } model)
            {
                output.AddSource(model.HintName, SourceText.From(RecordEmitter.Emit(model), Encoding.UTF8));
            }
        });
    }
}
