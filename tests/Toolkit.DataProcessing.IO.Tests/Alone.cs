namespace Toolkit.DataProcessing.IO.Tests;

/// <summary>Tests that look at what the whole process does: no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "It is no collection.")]
public sealed class Alone
{
    public const string Name = "alone";
}
