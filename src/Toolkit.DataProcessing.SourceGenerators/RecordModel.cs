namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>One [CsvRecord] type: what is emitted follows from this alone.</summary>
/// <param name="Namespace">Its namespace, or empty.</param>
/// <param name="Name">Its name without the types around it.</param>
/// <param name="Declarations">The partial declarations from the outermost type to this one, for example "partial record struct Trip".</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="Columns">The columns in the order of the members.</param>
internal sealed record RecordModel(string Namespace, string Name, EquatableArray<string> Declarations, string HintName, EquatableArray<ColumnModel> Columns);

/// <summary>A model, or what keeps it from being one.</summary>
internal sealed record RecordResult(RecordModel? Model, EquatableArray<DiagnosticInfo> Diagnostics);
