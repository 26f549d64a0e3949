namespace Toolkit.Caching.Tests.Hosting;

/// <summary>Tests that change the settings of the process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWide
{
    public const string Name = "process-wide settings";
}
